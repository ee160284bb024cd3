using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Processing;

/// <summary>Messages of the processing of records; event ids 2150 to 2169.</summary>
internal static partial class ProcessingLog
{
    [LoggerMessage(2150, LogLevel.Warning,
        "{Flow}: {Count} records could not be processed and are in the dead letters, the first from offset {Offset:N0} of {Path}: "
        + "{Reason}. "
        + "Correct the flow's Processing; tailshipper deadletters resend processes them again")]
    public static partial void SetAside(ILogger logger, string flow, int count, string path, long offset, string reason);

    [LoggerMessage(2151, LogLevel.Error,
        "{Flow}: {Count} records that could not be processed cannot be written to the dead letters ({Reason}); they stay in flight and "
        + "writing is retried. Free space in the dead letter directory, or make it writable")]
    public static partial void DeadLettersFailed(ILogger logger, string flow, int count, string reason);
}
