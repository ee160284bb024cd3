namespace Shipper.TailShipper.Hosting;

/// <summary>Credentials that systemd hands to the service alone (<c>LoadCredential=aws-credentials:FILE</c>), in place of a file that others can read.</summary>
internal static class ServiceCredentials
{
    /// <summary>Name of the credential: a shared credentials file of AWS.</summary>
    public const string Name = "aws-credentials";

    private const string FileVariable = "AWS_SHARED_CREDENTIALS_FILE";

    /// <summary>Lets the AWS SDK read it, unless the environment names another file already.</summary>
    public static void Adopt()
    {
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(FileVariable))
            && Path.Join(directory, Name) is var file && File.Exists(file))
        {
            Environment.SetEnvironmentVariable(FileVariable, file);
        }
    }
}
