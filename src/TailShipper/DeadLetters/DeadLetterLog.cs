using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>Log messages of dead letters; event ids 2700 to 2799.</summary>
internal static partial class DeadLetterLog
{
    [LoggerMessage(2700, LogLevel.Error,
        "{Flow}: {File} was removed to make room for new dead letters: {Letters:N0} that were not resent are lost, {Bytes:N0} bytes of "
        + "disk are free. Shipper:DeadLetters:MaxBytes ({Limit:N0}) is reached and WhenFull is RemoveOldest; raise the limit, or set "
        + "WhenFull to Wait")]
    public static partial void Removed(ILogger logger, string flow, string file, long letters, long bytes, long limit);

    [LoggerMessage(2701, LogLevel.Information,
        "{Flow}: {File} was removed to make room for new dead letters: all {Letters:N0} in it were resent, {Bytes:N0} bytes of disk "
        + "are free")]
    public static partial void RemovedResent(ILogger logger, string flow, string file, long letters, long bytes);
}
