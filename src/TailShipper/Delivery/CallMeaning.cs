using System.Collections.Frozen;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// The table of answers, as docs/delivery.md has it (codes: API references of Firehose and Kinesis, PutRecordBatch, PutRecords and
/// common errors; AWS Key Management Service). Pure. Whatever it does not know means: send again.
/// </summary>
internal static class CallMeaning
{
    private static readonly FrozenDictionary<string, CallFate> Codes = Table(
        (CallFate.Throttled, [
            "ServiceUnavailableException", "ServiceUnavailable", "SlowDown", "RequestLimitExceeded", "LimitExceededException", "LimitExceeded",
            "TooManyRequestsException", "BandwidthLimitExceeded", "ProvisionedThroughputExceededException", "PriorRequestNotComplete"]),
        (CallFate.Invalid, ["InvalidArgumentException", "ValidationException", "ValidationError"]),
        (CallFate.TooLarge, ["RequestEntityTooLarge", "RequestEntityTooLargeException", "RequestTooLargeException", "Http413"]),
        (CallFate.Blocked, [
            // What is named is not there, or takes no puts.
            "ResourceNotFoundException", "InvalidSourceException", "InvalidKMSResourceException",
            // Who calls is not known, or may not.
            "NotAuthorized", "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException", "IncompleteSignature", "IncompleteSignatureException", "OptInRequired",
            "ExpiredToken", "ExpiredTokenException", "InvalidSignatureException", "SignatureDoesNotMatch",
            // The clock is wrong.
            "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"]));

    /// <summary>What <paramref name="answer"/> means.</summary>
    public static CallFate Of(CallAnswer answer) => answer.Failure switch
    {
        TransportFailure.NoCredentials => CallFate.Blocked,
        TransportFailure.NotConnected => CallFate.Unreachable,
        TransportFailure.Ambiguous => CallFate.Ambiguous,
        _ when answer.Status == 200 => CallFate.Answered,
        _ => OfCode(answer.ErrorCode ?? "", answer) ?? OfStatus(answer.Status),
    };

    /// <summary>True for a code of a refused record that asks for a slower pace.</summary>
    public static bool IsThrottle(string code) =>
        (Codes.TryGetValue(code, out var fate) && fate == CallFate.Throttled) || code.StartsWith("Throttl", StringComparison.Ordinal);

    /// <summary>True when nothing in the table knows the code: it is counted by its name.</summary>
    public static bool IsUnknown(CallAnswer answer) =>
        answer is { Failure: TransportFailure.None, Status: not 200, ErrorCode: { } code } && OfCode(code, answer) is null;

    /// <summary>How many of <paramref name="records"/> records the answer turned away for being too fast.</summary>
    public static int ThrottledRecords(CallAnswer answer, int records)
    {
        var fate = Of(answer);
        if (fate != CallFate.Answered)
        {
            return fate == CallFate.Throttled ? records : 0;
        }

        var throttled = 0;
        for (var index = 0; index < answer.Refused.Count; index++)
        {
            throttled += IsThrottle(answer.Refused[index].ErrorCode) ? 1 : 0;
        }

        return throttled;
    }

    /// <summary>True when an answer that refuses a body speaks of a record or its data, so that no setting can be at fault.</summary>
    public static bool NamesData(string? message) =>
        Has(message, "record") || Has(message, "data") || Has(message, "base64") || Has(message, "decod");

    private static CallFate? OfCode(string code, CallAnswer answer) => Codes.TryGetValue(code, out var fate)
        ? fate == CallFate.Invalid ? OfInvalid(answer.Message) : fate
        : code switch
        {
            _ when code.StartsWith("Throttl", StringComparison.Ordinal) => CallFate.Throttled,
            _ when code.StartsWith("AccessDenied", StringComparison.Ordinal) => CallFate.Blocked,
            _ when code.StartsWith("KMS", StringComparison.Ordinal) => code == "KMSThrottlingException" ? CallFate.Throttled : CallFate.Blocked,
            "InternalFailure" or "InternalServerError" or "InternalServiceException" => CallFate.Ambiguous,
            _ => null,
        };

    private static CallFate OfStatus(int status) => status switch
    {
        429 or 503 => CallFate.Throttled,
        413 => CallFate.TooLarge,

        // The service fails after it has read the body: whether it kept it is unknowable.
        >= 500 => CallFate.Ambiguous,
        _ => CallFate.Failed,
    };

    private static CallFate OfInvalid(string? message) =>
        IsSize(message) ? CallFate.TooLarge : IsSetting(message) ? CallFate.Blocked : CallFate.Invalid;

    private static bool IsSize(string? message) => Has(message, "size exceed") || Has(message, "exceeds the limit") || Has(message, "4 MiB");

    // Of the name, the source or the encryption of the stream, and of nothing in a record.
    private static bool IsSetting(string? message) =>
        !NamesData(message)
        && (Has(message, "deliveryStreamName") || Has(message, "delivery stream") || Has(message, "stream name") || Has(message, "streamARN")
            || Has(message, "KMS") || Has(message, "encryption"));

    private static bool Has(string? message, string words) => message is not null && message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static FrozenDictionary<string, CallFate> Table(params (CallFate Fate, string[] Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Select(code => KeyValuePair.Create(code, row.Fate))).ToFrozenDictionary(StringComparer.Ordinal);
}
