using System.Collections.Frozen;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// The table of answers, the same as in docs/delivery.md (codes: API references of Firehose and Kinesis, PutRecordBatch, PutRecords and
/// common errors; AWS Key Management Service). Pure. Anything unknown means: send again.
/// </summary>
internal static class ResponseClassifier
{
    private static readonly FrozenDictionary<string, CallOutcome> Codes = Table(
        (CallOutcome.Throttled, [
            "ServiceUnavailableException", "ServiceUnavailable", "SlowDown", "RequestLimitExceeded", "LimitExceededException",
            "LimitExceeded",
            "TooManyRequestsException", "BandwidthLimitExceeded", "ProvisionedThroughputExceededException", "PriorRequestNotComplete"]),
        (CallOutcome.Invalid, ["InvalidArgumentException", "ValidationException", "ValidationError"]),
        (CallOutcome.TooLarge, ["RequestEntityTooLarge", "RequestEntityTooLargeException", "RequestTooLargeException", "Http413"]),
        (CallOutcome.Blocked, [
            // The stream or key does not exist, or accepts no puts.
            "ResourceNotFoundException", "InvalidSourceException", "InvalidKMSResourceException",
            // The caller is unknown or has no permission.
            "NotAuthorized", "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException", "IncompleteSignature", "IncompleteSignatureException", "OptInRequired",
            "ExpiredToken", "ExpiredTokenException", "InvalidSignatureException", "SignatureDoesNotMatch",
            // The clock is wrong.
            "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"]));

    /// <summary>What <paramref name="answer"/> means.</summary>
    public static CallOutcome Classify(CallAnswer answer) => answer.Failure switch
    {
        TransportFailure.NoCredentials => CallOutcome.Blocked,
        TransportFailure.NotConnected => CallOutcome.Unreachable,
        TransportFailure.Ambiguous => CallOutcome.Ambiguous,
        _ when answer.Status == 200 => CallOutcome.Answered,
        _ => OfCode(answer.ErrorCode ?? "", answer) ?? OfStatus(answer.Status),
    };

    /// <summary>
    /// The outcome of each record of one call. Only a record that was refused alone is poison; the records of a larger body that is
    /// refused stay <see cref="RecordOutcome.Unknown"/> until its halves are sent.
    /// </summary>
    /// <param name="answer">What came back.</param>
    /// <param name="outcomes">One for each record that was sent, in the order of the body; all are set.</param>
    /// <returns>What the answer means for the body as a whole.</returns>
    public static CallOutcome ClassifyRecords(CallAnswer answer, Span<RecordOutcome> outcomes)
    {
        var outcome = Classify(answer);
        switch (outcome)
        {
            case CallOutcome.Answered:
                outcomes.Fill(RecordOutcome.Settled);
                for (var index = 0; index < answer.Refused.Count; index++)
                {
                    outcomes[answer.Refused[index].Index] = RecordOutcome.Retry;
                }

                break;
            case CallOutcome.Invalid or CallOutcome.TooLarge:
                outcomes.Fill(outcomes.Length == 1 ? RecordOutcome.Poison : RecordOutcome.Unknown);
                break;
            default:
                outcomes.Fill(RecordOutcome.Retry);
                break;
        }

        return outcome;
    }

    /// <summary>True for a code of a refused record that asks for a slower pace.</summary>
    public static bool IsThrottle(string code) =>
        (Codes.TryGetValue(code, out var outcome) && outcome == CallOutcome.Throttled)
        || code.StartsWith("Throttl", StringComparison.Ordinal);

    /// <summary>True for a code that is not in the table: it is counted by its name.</summary>
    public static bool IsUnknown(CallAnswer answer) =>
        answer is { Failure: TransportFailure.None, Status: not 200, ErrorCode: { } code } && OfCode(code, answer) is null;

    /// <summary>How many of <paramref name="records"/> records the answer refused for being too fast.</summary>
    public static int ThrottledRecords(CallAnswer answer, int records)
    {
        var outcome = Classify(answer);
        if (outcome != CallOutcome.Answered)
        {
            return outcome == CallOutcome.Throttled ? records : 0;
        }

        var throttled = 0;
        for (var index = 0; index < answer.Refused.Count; index++)
        {
            throttled += IsThrottle(answer.Refused[index].ErrorCode) ? 1 : 0;
        }

        return throttled;
    }

    /// <summary>True when the message names a record or its data, so that no setting can be the cause.</summary>
    public static bool NamesData(string? message) =>
        Has(message, "record") || Has(message, "data") || Has(message, "base64") || Has(message, "decod");

    private static CallOutcome? OfCode(string code, CallAnswer answer) => Codes.TryGetValue(code, out var outcome)
        ? outcome == CallOutcome.Invalid ? OfInvalid(answer.Message) : outcome
        : code switch
        {
            _ when code.StartsWith("Throttl", StringComparison.Ordinal) => CallOutcome.Throttled,
            _ when code.StartsWith("AccessDenied", StringComparison.Ordinal) => CallOutcome.Blocked,
            "KMSThrottlingException" => CallOutcome.Throttled,
            _ when code.StartsWith("KMS", StringComparison.Ordinal) => CallOutcome.Blocked,
            "InternalFailure" or "InternalServerError" or "InternalServiceException" => CallOutcome.Ambiguous,
            _ => null,
        };

    private static CallOutcome OfStatus(int status) => status switch
    {
        429 or 503 => CallOutcome.Throttled,
        413 => CallOutcome.TooLarge,

        // The service fails after it has read the body: whether it kept it cannot be determined.
        >= 500 => CallOutcome.Ambiguous,
        _ => CallOutcome.Failed,
    };

    private static CallOutcome OfInvalid(string? message) =>
        IsSize(message) ? CallOutcome.TooLarge : IsSetting(message) ? CallOutcome.Blocked : CallOutcome.Invalid;

    private static bool IsSize(string? message) =>
        Has(message, "size exceed") || Has(message, "exceeds the limit") || Has(message, "4 MiB");

    // The message names the stream, its source or its encryption, and nothing in a record.
    private static bool IsSetting(string? message) =>
        !NamesData(message)
        && (Has(message, "deliveryStreamName") || Has(message, "delivery stream") || Has(message, "stream name")
            || Has(message, "streamARN") || Has(message, "KMS") || Has(message, "encryption"));

    private static bool Has(string? message, string words) =>
        message is not null && message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static FrozenDictionary<string, CallOutcome> Table(params (CallOutcome Outcome, string[] Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Select(code => KeyValuePair.Create(code, row.Outcome))).ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>What one call's answer means for the body that was sent.</summary>
internal enum CallOutcome
{
    /// <summary>The call was accepted; each record has its own outcome.</summary>
    Answered,

    /// <summary>Too fast: slow down and send again.</summary>
    Throttled,

    /// <summary>A transient fault, and the body did not arrive: send again.</summary>
    Failed,

    /// <summary>No connection, so the body did not arrive: send again; if it persists, probe slowly.</summary>
    Unreachable,

    /// <summary>A transient fault, and the body may have arrived: send again, and count the possible duplicates.</summary>
    Ambiguous,

    /// <summary>The service refuses something in the body: halve it to find out what.</summary>
    Invalid,

    /// <summary>The body is too large for the service: send it in halves, and smaller bodies from now on.</summary>
    TooLarge,

    /// <summary>Nothing passes until a person fixes a cause outside: probe slowly, drop nothing.</summary>
    Blocked,
}
