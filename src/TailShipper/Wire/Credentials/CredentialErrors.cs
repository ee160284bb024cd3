using System.Net.Sockets;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Describes where credentials come from, and what to do when there are none.</summary>
internal static partial class CredentialErrors
{
    /// <summary>The source of <paramref name="credentials"/> in a few words.</summary>
    public static string Source(AWSCredentials credentials, AwsOptions options) => credentials switch
    {
        AssumedRoleCredentials role when role.RoleArn == options.RoleArn => $"role {role.RoleArn}",
        AssumedRoleCredentials role => Profile($"role {role.RoleArn}", options),
        EnvironmentVariablesAWSCredentials => "environment variables",
        AssumeRoleWithWebIdentityCredentials => "web identity token",
        SSOAWSCredentials => Profile("single sign-on", options),
        ProcessAWSCredentials => Profile("credential process", options),
        BasicAWSCredentials or SessionAWSCredentials => Profile("keys", options),
        GenericContainerCredentials => "container's role",

        // The SDK's type that serves the default chain is internal.
        _ when credentials is InstanceProfileAWSCredentials
            || credentials.GetType().Name.Contains("InstanceProfile", StringComparison.Ordinal) => "instance role",
        _ => Profile(credentials.GetType().Name, options),
    };

    /// <summary>An access key id that may be shown: its last four characters.</summary>
    public static string Masked(string accessKeyId) =>
        accessKeyId.Length > 8 ? "…" + accessKeyId[^4..] : "…";

    /// <summary>What to do about <paramref name="cause"/>.</summary>
    public static string Advice(AwsOptions options, Exception cause)
    {
        // The chain's own exception lists every source that it asked, exception by exception.
        var reason = ProcessReason(cause)
            ?? (cause.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal)
                ? "neither in the environment nor in the shared files, from a container or from instance metadata"
                : Reason(cause));
        if (!string.IsNullOrEmpty(options.RoleArn) && IsNotReached(cause))
        {
            return $"The role {options.RoleArn} cannot be assumed: the token service (STS) cannot be reached "
                + $"({Reason(cause.GetBaseException())}). "
                + "Check the region, DNS and the route to it; in a network without one add a VPC endpoint for STS.";
        }

        if (!string.IsNullOrEmpty(options.RoleArn) && cause is AmazonServiceException)
        {
            return $"The role {options.RoleArn} cannot be assumed ({reason}). Let its trust policy name this identity"
                + " (and Shipper:Aws:ExternalId where it asks for one), and allow sts:AssumeRole.";
        }

        return string.IsNullOrEmpty(options.Profile)
            ? $"No AWS credentials were found ({reason}). Attach an instance role, set AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY, or name a profile in Shipper:Aws:Profile."
            : $"The profile \"{options.Profile}\" gives no AWS credentials ({reason}). Correct Shipper:Aws:Profile or the"
                + " shared files (~/.aws/config, ~/.aws/credentials) of the account that the service runs as.";
    }

    // Keys to assume it with were found, or there would be nobody to ask.
    private static bool IsNotReached(Exception cause) => cause.GetBaseException() is SocketException or HttpRequestException;

    // The SDK quotes what the process wrote to standard error, and that may be anything, keys included.
    private static string? ProcessReason(Exception? cause) => cause switch
    {
        null => null,
        ProcessAWSCredentialException => ExitValue().Match(cause.Message) is { Success: true } exit
            ? $"its credential_process ended with {exit.Groups[1].Value}; run it by hand to see what it says"
            : "its credential_process gave none that can be used; run it by hand to see what it says",
        _ => ProcessReason(cause.InnerException),
    };

    private static string Profile(string kind, AwsOptions options) =>
        string.IsNullOrEmpty(options.Profile) ? $"{kind} of the shared files" : $"{kind} of profile {options.Profile}";

    private static string Reason(Exception cause)
    {
        var text = Blanks().Replace(cause.Message, " ").Trim().TrimEnd('.');
        return text.Length <= 300 ? text : string.Concat(text.AsSpan(0, 300), "…");
    }

    [GeneratedRegex(@"exit value (-?\d+)")]
    private static partial Regex ExitValue();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
