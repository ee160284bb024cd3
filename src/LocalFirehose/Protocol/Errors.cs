namespace Shipper.LocalFirehose.Protocol;

/// <summary>Every error the service answers, in the wording AWS uses where it is known.</summary>
internal static class Errors
{
    /// <summary>The account that all streams belong to.</summary>
    public const string AccountId = "000000000000";

    /// <summary>Code of a throttled call and of a throttled record.</summary>
    public const string ServiceUnavailableCode = "ServiceUnavailableException";

    /// <summary>Message of a throttled call and of a throttled record.</summary>
    public const string SlowDown = "Slow down.";

    /// <summary>Throttling.</summary>
    public static readonly ServiceError Throttled = new(ServiceUnavailableCode, 503, SlowDown);

    /// <summary>An outage.</summary>
    public static readonly ServiceError Outage = new(ServiceUnavailableCode, 503, "Service is unavailable. Please try again later.");

    /// <summary>A fault of the service.</summary>
    public static readonly ServiceError InternalFailure = new("InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure.");

    /// <summary>A body that the front end does not take in.</summary>
    public static readonly ServiceError TooLarge = new("RequestEntityTooLargeException", 413, $"The request body exceeds {Limits.MaxBodyBytes} bytes.");

    /// <summary>More raw bytes in a batch than <see cref="Limits.MaxBytesPerCall"/>.</summary>
    public static readonly ServiceError BatchTooLarge = InvalidArgument("Records size exceeds 4 MB limit");

    /// <summary>No target, or a target that Firehose does not have.</summary>
    public static readonly ServiceError UnknownOperation = new("UnknownOperationException", 400, "The operation is not known to Firehose_20150804.");

    /// <summary>The stream's version is not the one the caller has seen.</summary>
    public static ServiceError ConcurrentModification(string name) =>
        new("ConcurrentModificationException", 400, $"Delivery stream {name} was modified by another call; describe it again for its current version.");

    /// <summary>A value that has the right form but cannot be used.</summary>
    public static ServiceError InvalidArgument(string message) => new("InvalidArgumentException", 400, message);

    /// <summary>A body that is not what the operation's shape says.</summary>
    public static ServiceError Serialization(string message) => new("SerializationException", 400, message);

    /// <summary>A limit of the account or the stream.</summary>
    public static ServiceError LimitExceeded(string message) => new("LimitExceededException", 400, message);

    /// <summary>No such stream.</summary>
    public static ServiceError NotFound(string name) =>
        new("ResourceNotFoundException", 400, $"Firehose {name} under account {AccountId} not found.");

    /// <summary>The name is taken.</summary>
    public static ServiceError InUse(string name) =>
        new("ResourceInUseException", 400, $"Firehose {name} under accountId {AccountId} already exists");

    /// <summary>A member breaks a constraint of its shape; Firehose answers these as ValidationException, which its API reference does not list.</summary>
    /// <param name="value">The value in quotes, or nothing for an absent one.</param>
    /// <param name="path">The member, for example <c>records.3.member.data</c>; members count from 1.</param>
    /// <param name="constraint">For example <c>Member must not be null</c>.</param>
    public static ServiceError Constraint(string? value, string path, string constraint) =>
        new("ValidationException", 400, value is null
            ? $"1 validation error detected: Value at '{path}' failed to satisfy constraint: {constraint}"
            : $"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}");
}

/// <summary>An error as a client sees it.</summary>
/// <param name="Code">The body's <c>__type</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The body's <c>message</c>.</param>
internal sealed record ServiceError(string Code, int Status, string Message);

/// <summary>Ends a call with <see cref="Error"/>; for the rare paths only, Put calls hand errors over as values where they are frequent.</summary>
internal sealed class ServiceException(ServiceError error) : Exception(error.Message)
{
    /// <summary>What the client is told.</summary>
    public ServiceError Error { get; } = error;
}
