using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Run;

/// <summary>What the service needs from the environment of its process.</summary>
internal static class ServiceEnvironment
{
    /// <summary>
    /// File descriptors that a service needs to start, to connect and to stop: the runtime alone takes some 170, one for
    /// each assembly, and without any left it neither loads what a stop needs nor says so.
    /// </summary>
    public const int LeastDescriptors = 256;

    /// <summary>
    /// Name of a credential that systemd gives to the service alone (<c>LoadCredential=aws-credentials:FILE</c>), in place of a file
    /// that others can read: a shared credentials file of AWS.
    /// </summary>
    public const string CredentialName = "aws-credentials";

    private const string FileVariable = "AWS_SHARED_CREDENTIALS_FILE";

    /// <summary>Checks that enough files may be open.</summary>
    /// <exception cref="StartRefusedException">They may not.</exception>
    public static void CheckDescriptors()
    {
        if (DescriptorLimit.Soft is { } limit and < LeastDescriptors)
        {
            throw new StartRefusedException(
                $"the limit on open files is {limit}, and the service needs at least {LeastDescriptors} to start, to connect and to stop. "
                + "Raise it: LimitNOFILE=65536 in the unit, or ulimit -n 65536",
                ExitCodes.Configuration);
        }
    }

    /// <summary>Lets the AWS SDK read the credential, unless the environment names another file already.</summary>
    public static void AdoptCredentials()
    {
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(FileVariable))
            && Path.Join(directory, CredentialName) is var file && File.Exists(file))
        {
            Environment.SetEnvironmentVariable(FileVariable, file);
        }
    }
}
