using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Delivery;

/// <summary>The table of answers (error codes: API references of Firehose and Kinesis: PutRecordBatch, PutRecords and common errors). Pure.</summary>
internal static class CallMeaning
{
    /// <summary>What <paramref name="answer"/> means. Whatever is not known means: send again.</summary>
    public static CallFate Of(CallAnswer answer) => answer.Failure switch
    {
        TransportFailure.NoCredentials => CallFate.Blocked,
        TransportFailure.NotConnected => CallFate.Failed,
        TransportFailure.Ambiguous => CallFate.Ambiguous,
        _ when answer.Status == 200 => CallFate.Answered,
        _ => OfError(answer),
    };

    private static CallFate OfError(CallAnswer answer)
    {
        var code = answer.ErrorCode ?? "";
        return code switch
        {
            "ServiceUnavailableException" or "ServiceUnavailable" or "SlowDown" or "RequestLimitExceeded"
                or "LimitExceededException" or "LimitExceeded" or "TooManyRequestsException"
                or "ProvisionedThroughputExceededException" or "KMSThrottlingException" => CallFate.Throttled,
            _ when code.StartsWith("Throttl", StringComparison.Ordinal) => CallFate.Throttled,
            "InvalidArgumentException" or "ValidationException" or "ValidationError" =>
                IsSize(answer.Message) ? CallFate.TooLarge : CallFate.Invalid,
            "RequestEntityTooLarge" or "Http413" => CallFate.TooLarge,
            "ResourceNotFoundException" or "NotAuthorized" or "InvalidKMSResourceException" or "InvalidSourceException"
                or "UnrecognizedClientException" or "InvalidClientTokenId" or "MissingAuthenticationToken"
                or "MissingAuthenticationTokenException" or "IncompleteSignature" or "OptInRequired"
                or "ExpiredToken" or "ExpiredTokenException" or "InvalidSignatureException"
                or "SignatureDoesNotMatch" or "RequestExpired" or "RequestTimeTooSkewed" => CallFate.Blocked,
            _ when code.StartsWith("AccessDenied", StringComparison.Ordinal) || code.StartsWith("KMS", StringComparison.Ordinal) => CallFate.Blocked,
            _ => answer.Status switch
            {
                429 or 503 => CallFate.Throttled,
                413 => CallFate.TooLarge,

                // The service fails after it has read the body: whether it kept it is unknowable.
                >= 500 => CallFate.Ambiguous,
                _ => CallFate.Failed,
            },
        };
    }

    private static bool IsSize(string? message) =>
        message is not null
        && (message.Contains("size exceed", StringComparison.OrdinalIgnoreCase)
            || message.Contains("exceeds the limit", StringComparison.OrdinalIgnoreCase)
            || message.Contains("4 MiB", StringComparison.OrdinalIgnoreCase));
}
