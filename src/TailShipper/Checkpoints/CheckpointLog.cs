using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>What the checkpoint journal logs. Event ids 2300 to 2399.</summary>
internal static partial class CheckpointLog
{
    [LoggerMessage(2300, LogLevel.Information, "First start: no checkpoint in {Directory} yet")]
    public static partial void FirstStart(ILogger log, string directory);

    [LoggerMessage(2301, LogLevel.Information, "Checkpoints of {Streams} streams read from {Directory}, generation {Generation}, in {Milliseconds:F0} ms")]
    public static partial void Opened(ILogger log, string directory, int streams, long generation, double milliseconds);

    [LoggerMessage(2302, LogLevel.Warning,
        "Checkpoint file {File} breaks off in line {Line}, as a crash or power failure leaves it. What was acknowledged just before is "
        + "delivered again; nothing is skipped. Nothing to do unless this happens without a crash: then check the disk of {Directory}")]
    public static partial void Torn(ILogger log, string file, int line, string directory);

    [LoggerMessage(2303, LogLevel.Error,
        "Checkpoint file {File} in {Directory} is damaged at line {Line}: {Reason}. It is used only up to there (a snapshot not at all; an "
        + "older one takes its place), so lines already delivered may be delivered again; nothing is skipped. The file is kept with "
        + ".corrupt added to its name. Check the disk (kernel log, SMART values) and that nothing else writes there, then delete the file")]
    public static partial void Damaged(ILogger log, string file, string directory, int line, string reason);

    [LoggerMessage(2304, LogLevel.Warning,
        "Damaged checkpoint file {File} in {Directory} could not be renamed to .corrupt: {Reason} It is not used any more; move it away by hand")]
    public static partial void CannotSetAside(ILogger log, string file, string directory, string reason);

    [LoggerMessage(2305, LogLevel.Error,
        "Checkpoints cannot be written to {Directory}: {Reason} Shipping goes on and writing is retried, but a crash now would deliver again "
        + "what is acknowledged from here on. Free disk space there, or repair the disk or its permissions")]
    public static partial void CannotWrite(ILogger log, string directory, string reason, Exception exception);

    [LoggerMessage(2306, LogLevel.Information, "Checkpoints are written to {Directory} again, after {Failures} failed attempts in {Seconds:F0} s")]
    public static partial void WritingAgain(ILogger log, string directory, long failures, double seconds);

    [LoggerMessage(2307, LogLevel.Warning,
        "Closing with the checkpoints of {Streams} streams not on disk; see the error above. What they acknowledged since is delivered again "
        + "at the next start; nothing is skipped. Make {Directory} writable before that")]
    public static partial void ClosedBehind(ILogger log, int streams, string directory);

    [LoggerMessage(2320, LogLevel.Warning,
        "Replay request {File} in {Directory} is not used: {Reason}. It is renamed with .ignored added; ask again with 'tailshipper replay', "
        + "as the user the service runs as, and delete the file")]
    public static partial void RequestIgnored(ILogger log, string file, string directory, string reason);

    [LoggerMessage(2321, LogLevel.Warning,
        "Replay requests in {Directory} cannot be read or answered: {Reason} Make the directory readable and writable for the user the service runs as")]
    public static partial void RequestsUnreachable(ILogger log, string directory, string reason);
}
