using Microsoft.Extensions.Logging;

namespace Shipper.LocalFirehose;

/// <summary>All log messages of this service; ids 3000–3999, never reused.</summary>
internal static partial class FirehoseLog
{
    [LoggerMessage(3000, LogLevel.Information, "Listening on {Url}; objects appear below {S3}")]
    public static partial void Listening(ILogger logger, string url, string s3);

    [LoggerMessage(3001, LogLevel.Information, "Recovered {Segments} spooled segments of an earlier run; they are delivered now")]
    public static partial void Recovered(ILogger logger, int segments);

    [LoggerMessage(
        3002,
        LogLevel.Error,
        "{Path} is damaged; its bytes are not delivered. Save what you need of it and of the .bytes file beside it, then delete both")]
    public static partial void UnreadableSegment(ILogger logger, string path);

    [LoggerMessage(3003, LogLevel.Information, "Flushed at stop: {Objects} objects, {Failed} segments left for the next start")]
    public static partial void FlushedAtStop(ILogger logger, int objects, int failed);

    [LoggerMessage(
        3004,
        LogLevel.Error,
        "Object {Key} of bucket {Bucket} cannot be written ({Reason}); its records are kept and delivery is retried in {Seconds} s. "
        + "Check space and permissions of the data directory")]
    public static partial void DeliveryFailed(ILogger logger, string key, string bucket, string reason, int seconds);

    [LoggerMessage(
        3005,
        LogLevel.Error,
        "Records for stream {Stream} cannot be stored ({Reason}) and the call is answered 500. "
        + "Check space and permissions of the data directory")]
    public static partial void SpoolFailed(ILogger logger, string stream, string reason);

    [LoggerMessage(3006, LogLevel.Error, "A call failed with an unexpected error and is answered 500; please report this")]
    public static partial void CallFailed(ILogger logger, Exception exception);

    [LoggerMessage(3007, LogLevel.Warning, "Faults replaced: {Faults}")]
    public static partial void FaultsReplaced(ILogger logger, string faults);

    [LoggerMessage(3008, LogLevel.Information, "Created stream {Stream} from the configuration")]
    public static partial void StreamCreated(ILogger logger, string stream);

    [LoggerMessage(
        3009,
        LogLevel.Warning,
        "Function {Function} of stream {Stream} failed ({Reason}), attempt {Attempt} of {Attempts}. "
        + "Check that its endpoint in LocalFirehose:Functions runs")]
    public static partial void InvocationFailed(
        ILogger logger, string function, string stream, string reason, int attempt, int attempts);

    [LoggerMessage(
        3010,
        LogLevel.Error,
        "Records of stream {Stream} cannot be processed ({Reason}); they are kept and tried again in {Seconds} s. "
        + "Check space and permissions of the data directory")]
    public static partial void ProcessingFailed(ILogger logger, string stream, string reason, int seconds);

    [LoggerMessage(
        3011,
        LogLevel.Warning,
        "Kinesis stream {Source} cannot be read for stream {Stream} ({Reason}); it is tried again. "
        + "Check LocalFirehose:KinesisEndpoint, and that the stream exists")]
    public static partial void SourceFailed(ILogger logger, string source, string stream, string reason);
}
