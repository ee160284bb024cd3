using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>A role to assume, and how.</summary>
/// <param name="Arn">The role.</param>
/// <param name="SessionName">The session's name in CloudTrail.</param>
internal sealed record RoleRequest(string Arn, string SessionName)
{
    // One hour is the longest session that a role may chain to, and the default of the role itself (STS, AssumeRole).
    private const int UsualSeconds = 3600;

    /// <summary>What the role's trust policy may ask for; null for none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How long the session lives, in seconds.</summary>
    public int Seconds { get; init; } = UsualSeconds;

    /// <summary>Who is behind the session, for CloudTrail; null for none.</summary>
    public string? SourceIdentity { get; init; }

    /// <summary>The configured role.</summary>
    public static RoleRequest Of(AwsOptions options) => new(options.RoleArn!, SessionNameOf(Environment.MachineName))
    {
        ExternalId = string.IsNullOrEmpty(options.ExternalId) ? null : options.ExternalId,
    };

    /// <summary>The role of a profile in the shared files.</summary>
    /// <exception cref="AmazonClientException">It asks for the code of a device, which a service does not have.</exception>
    public static RoleRequest Of(AssumeRoleAWSCredentials role)
    {
        if (!string.IsNullOrEmpty(role.Options?.MfaSerialNumber))
        {
            throw new AmazonClientException("its mfa_serial asks for a code that a service cannot give");
        }

        return new RoleRequest(role.RoleArn, role.RoleSessionName)
        {
            ExternalId = role.Options?.ExternalId,
            Seconds = role.Options?.DurationSeconds ?? UsualSeconds,
            SourceIdentity = role.Options?.SourceIdentity,
        };
    }

    /// <summary><c>tailshipper-HOST</c>, at most 64 of the characters that STS allows.</summary>
    public static string SessionNameOf(string host)
    {
        var name = string.Create(host.Length, host, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '.' or '-' or '_' ? from[i] : '-';
            }
        });
        name = "tailshipper-" + name;
        return name.Length > 64 ? name[..64] : name;
    }

    /// <summary>The call.</summary>
    public AssumeRoleRequest ToCall() => new()
    {
        RoleArn = Arn,
        ExternalId = ExternalId,
        RoleSessionName = SessionName,
        DurationSeconds = Seconds,
        SourceIdentity = SourceIdentity,
    };
}
