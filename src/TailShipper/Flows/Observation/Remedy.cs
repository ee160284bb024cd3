using System.Text.RegularExpressions;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>Describes what an answer means and how to fix its cause.</summary>
internal static partial class Remedy
{
    /// <summary>One line: the code, the service's message, the fix.</summary>
    /// <param name="answer">What came back.</param>
    /// <param name="destination">The stream that was called.</param>
    public static string For(CallAnswer answer, Destination destination)
    {
        var what = answer.ErrorCode is { } code
            ? $"{code} ({answer.Message})"
            : answer.Message ?? (answer.Status > 0 ? $"HTTP {answer.Status}" : answer.Failure.ToString());
        return Advice(answer, destination) is { } advice ? $"{what.TrimEnd('.')}. {advice}" : what.TrimEnd('.');
    }

    private static string? Advice(CallAnswer answer, Destination stream) => answer.ErrorCode switch
    {
        "ResourceNotFoundException" => $"Create the {stream} in this region and account, or correct the flow's {stream.Key}",
        "InvalidKMSResourceException" =>
            $"Allow the role or user that ships kms:GenerateDataKey and kms:Decrypt on the {stream.StreamWord}'s KMS key, and the stream's "
            + "own role kms:CreateGrant. If they are allowed: enable the key again, let its policy allow the service, or change the "
            + "stream's encryption",
        "InvalidSourceException" =>
            $"The {stream} reads from a Kinesis stream and takes no direct puts: "
            + "name a Direct PUT stream, or that Kinesis stream as KinesisStream",
        "ExpiredToken" or "ExpiredTokenException" =>
            "The credentials have expired: renew them, or use an instance role, which renews itself",
        "UnrecognizedClientException" or "InvalidClientTokenId" =>
            "The access key is not known to AWS: correct the credentials or the region",
        "OptInRequired" or "NotAuthorized" =>
            "This account may not use the service in this region: enable the region or the service for it",
        "MissingAuthenticationToken" or "MissingAuthenticationTokenException" or "IncompleteSignature" or "IncompleteSignatureException" =>
            "Something between here and AWS changes the request: let the proxy pass its headers unchanged",
        "RequestExpired" or "RequestTimeTooSkewed" or "RequestInTheFuture" =>
            "Correct the machine's clock (chronyc tracking, or timedatectl)",
        "InvalidSignatureException" or "SignatureDoesNotMatch" =>
            "Correct the secret key, and check that the machine's clock is right (timedatectl)",
        { } code when code.StartsWith("AccessDenied", StringComparison.Ordinal) => Denied(answer.Message ?? "", stream),
        { } code when code.StartsWith("KMS", StringComparison.Ordinal) =>
            $"Let the {stream} and this role use its KMS key: enable it, and allow kms:GenerateDataKey and kms:Decrypt in its policy",
        "InvalidArgumentException" or "ValidationException" or "ValidationError" =>
            "Every record is refused and none was ever taken, so a setting may be wrong: "
            + $"check the flow's {stream.Key} ({stream.Name}) and what the stream is set up for",
        "ServiceUnavailableException" or "ProvisionedThroughputExceededException" or "LimitExceededException"
            or "ThrottlingException" or "Throttling" or "RequestLimitExceeded" =>
            $"If it stays so, the {stream.StreamWord}'s quota is too small for these lines: "
            + (stream.Kind == DestinationKind.Kinesis
                ? "give it more shards or on-demand capacity"
                : "ask for more (Service Quotas), or let Aggregation pack lines into fewer records"),
        null when answer.Failure == TransportFailure.NotConnected =>
            "Check the endpoint (Shipper:Aws:ServiceUrl or the region), DNS and the route to it",
        _ => null,
    };

    /// <summary>What is denied, as the answer says it; what a batch needs where the answer does not say.</summary>
    private static string Denied(string message, Destination stream)
    {
        var named = DeniedAction().Match(message);
        var action = named.Success ? named.Groups["action"].Value : stream.Permission;
        var resource = named.Groups["resource"] is { Success: true } group ? group.Value.TrimEnd('.', ',', ';') : null;
        return action switch
        {
            "kms:CreateGrant" =>
                $"The role of the {stream} lacks kms:CreateGrant on {resource ?? "its KMS key"}: allow it in that role's policy",
            _ when action.StartsWith("kms:", StringComparison.Ordinal) =>
                $"The role or user that ships lacks {action} on {resource ?? $"the KMS key of the {stream}"}: "
                + $"allow it kms:GenerateDataKey and kms:Decrypt there, which a {stream.StreamWord} with a customer-managed key requires "
                + "of every caller (if the key is of another account, its key policy must allow them, too)",
            _ => $"The role or user lacks {action} on {resource ?? stream.ArnPattern}: allow it in a policy "
                + "(an explicit deny, or a boundary, goes before it)",
        };
    }

    // "User: arn:aws:… is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:… because no …"
    [GeneratedRegex(
        @"perform:?\s+(?<action>[a-z0-9-]+:[A-Za-z0-9*]+)(\s+on\s+(the\s+)?resource:?\s+[""']?(?<resource>arn:[^\s""']+))?",
        RegexOptions.ExplicitCapture)]
    private static partial Regex DeniedAction();
}
