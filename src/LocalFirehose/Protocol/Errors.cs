namespace Shipper.LocalFirehose.Protocol;

/// <summary>All errors of the API, in the wording of AWS where it is public.</summary>
internal static class Errors
{
    /// <summary>The account that all streams belong to.</summary>
    public const string AccountId = "000000000000";

    private const string KeyArn = $"arn:aws:kms:us-east-1:{AccountId}:key/00000000-0000-0000-0000-000000000000";

    /// <summary>Code of a throttled call and of a throttled record.</summary>
    public const string ServiceUnavailableCode = "ServiceUnavailableException";

    /// <summary>Message of a throttled call and of a throttled record.</summary>
    public const string SlowDown = "Slow down.";

    /// <summary>Throttling.</summary>
    public static readonly ServiceError Throttled = new(ServiceUnavailableCode, 503, SlowDown);

    /// <summary>The caller may not use the stream's key.</summary>
    public static readonly ServiceError KeyDenied = new(
        "AccessDeniedException", 400,
        $"User: arn:aws:iam::{AccountId}:user/local is not authorized to perform: kms:GenerateDataKey on resource: {KeyArn} because no "
        + "identity-based policy allows the kms:GenerateDataKey action");

    /// <summary>The stream's key cannot be used, by the stream or by the caller.</summary>
    public static readonly ServiceError KeyUnusable = new(
        "InvalidKMSResourceException", 400,
        $"The grant for the key {KeyArn} might have been revoked, or the caller might not have sufficient permissions for it");

    /// <summary>An outage.</summary>
    public static readonly ServiceError Outage = new(ServiceUnavailableCode, 503, "Service is unavailable. Please try again later.");

    /// <summary>An internal error of the service.</summary>
    public static readonly ServiceError InternalFailure = new(
        "InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure.");

    /// <summary>A body that is too large to be read.</summary>
    public static readonly ServiceError TooLarge = new(
        "RequestEntityTooLargeException", 413, $"The request body exceeds {Limits.MaxBodyBytes} bytes.");

    /// <summary>More raw bytes in a batch than <see cref="Limits.MaxBytesPerCall"/>.</summary>
    public static readonly ServiceError BatchTooLarge = InvalidArgument("Records size exceeds 4 MB limit");

    /// <summary>A Put call to a stream that reads a Kinesis data stream.</summary>
    public static readonly ServiceError SourceIsKinesis = InvalidArgument(
        "This operation is not permitted on KinesisStreamAsSource delivery stream type.");

    /// <summary>A missing or unknown target.</summary>
    public static readonly ServiceError UnknownOperation = new(
        "UnknownOperationException", 400, "The operation is not known to Firehose_20150804.");

    /// <summary>The version of the stream is not the one that the caller has read.</summary>
    public static ServiceError ConcurrentModification(string name) =>
        new(
            "ConcurrentModificationException",
            400,
            $"Delivery stream {name} was modified by another call; describe it again for its current version.");

    /// <summary>A well-formed value that cannot be used.</summary>
    public static ServiceError InvalidArgument(string message) => new("InvalidArgumentException", 400, message);

    /// <summary>A body that does not match the operation's shape.</summary>
    public static ServiceError Serialization(string message) => new("SerializationException", 400, message);

    /// <summary>A limit of the account or the stream is exceeded.</summary>
    public static ServiceError LimitExceeded(string message) => new("LimitExceededException", 400, message);

    /// <summary>The stream does not exist.</summary>
    public static ServiceError NotFound(string name) =>
        new("ResourceNotFoundException", 400, $"Firehose {name} under account {AccountId} not found.");

    /// <summary>The name is used by another stream.</summary>
    public static ServiceError InUse(string name) =>
        new("ResourceInUseException", 400, $"Firehose {name} under accountId {AccountId} already exists");

    /// <summary>
    /// A member violates a constraint of its shape. Firehose answers ValidationException, which its API reference does not
    /// list.
    /// </summary>
    /// <param name="value">The value; null if it is missing.</param>
    /// <param name="path">The member, for example <c>records.3.member.data</c>; numbered from 1.</param>
    /// <param name="constraint">For example <c>Member must not be null</c>.</param>
    public static ServiceError Constraint(string? value, string path, string constraint) =>
        new("ValidationException", 400, value is null
            ? $"1 validation error detected: Value at '{path}' failed to satisfy constraint: {constraint}"
            : $"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}");
}

/// <summary>An error response.</summary>
/// <param name="Code">Member <c>__type</c> of the body.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">Member <c>message</c> of the body.</param>
internal sealed record ServiceError(string Code, int Status, string Message);

/// <summary>Ends a call with <see cref="Error"/>. Put calls, which fail often during tests, return errors as values instead.</summary>
internal sealed class ServiceException(ServiceError error) : Exception(error.Message)
{
    /// <summary>The error response.</summary>
    public ServiceError Error { get; } = error;
}
