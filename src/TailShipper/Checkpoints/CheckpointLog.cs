using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>Messages of the checkpoint journal and of replay requests; event ids 2300 to 2399.</summary>
internal static partial class CheckpointLog
{
    [LoggerMessage(2300, LogLevel.Information, "First start: no checkpoint in {Directory} yet")]
    public static partial void FirstStart(ILogger logger, string directory);

    [LoggerMessage(2301, LogLevel.Information,
        "Checkpoints of {Streams} streams read from {Directory}, generation {Generation}, in {Milliseconds:F0} ms")]
    public static partial void Opened(ILogger logger, string directory, int streams, long generation, double milliseconds);

    [LoggerMessage(2302, LogLevel.Warning,
        "Checkpoint file {File} ends in the middle of line {Line}, as after a crash or power failure. What was acknowledged just before is "
        + "delivered again; nothing is skipped. Nothing to do unless this happens without a crash: then check the disk of {Directory}")]
    public static partial void Torn(ILogger logger, string file, int line, string directory);

    [LoggerMessage(2303, LogLevel.Error,
        "Checkpoint file {File} in {Directory} is damaged at line {Line}: {Reason}. It is used only up to there (a snapshot not at all; an "
        + "older one takes its place), so lines already delivered may be delivered again; nothing is skipped. The file is kept with "
        + ".corrupt added to its name. Check the disk (kernel log, SMART values) and that nothing else writes there, then delete the file")]
    public static partial void Damaged(ILogger logger, string file, string directory, int line, string reason);

    [LoggerMessage(2304, LogLevel.Warning,
        "Damaged checkpoint file {File} in {Directory} could not be renamed to .corrupt: {Reason} It is no longer used; move it "
        + "away by hand")]
    public static partial void CannotSetAside(ILogger logger, string file, string directory, string reason);

    [LoggerMessage(2305, LogLevel.Error,
        "Checkpoints cannot be written to {Directory}: {Reason} Shipping continues and writing is retried, but after a crash now "
        + "everything acknowledged since would be delivered again. Free disk space there, or repair the disk or its permissions")]
    public static partial void CannotWrite(ILogger logger, string directory, string reason, Exception exception);

    [LoggerMessage(2306, LogLevel.Information,
        "Checkpoints are written to {Directory} again, after {Failures} failed attempts in {Seconds:F0} s")]
    public static partial void WritingAgain(ILogger logger, string directory, long failures, double seconds);

    [LoggerMessage(2307, LogLevel.Warning,
        "Closing with the checkpoints of {Streams} streams not on disk; see the error above. What they acknowledged since is delivered "
        + "again at the next start; nothing is skipped. Make {Directory} writable before that")]
    public static partial void ClosedBehind(ILogger logger, int streams, string directory);

    [LoggerMessage(2308, LogLevel.Warning,
        "The id of {Directory} can be neither read nor written ({Reason}). Provenance has an id of this run only: what is repeated after "
        + "the next start is not known as a repeat. Make the directory writable, and restart")]
    public static partial void NoStateId(ILogger logger, string directory, string reason);

    [LoggerMessage(2320, LogLevel.Warning,
        "Replay request {File} in {Directory} is not used: {Reason}. It is renamed with .ignored added; ask again with 'tailshipper "
        + "replay', as the user the service runs as, and delete the file")]
    public static partial void RequestIgnored(ILogger logger, string file, string directory, string reason);

    [LoggerMessage(2321, LogLevel.Warning,
        "Replay requests in {Directory} cannot be read or answered: {Reason} Make the directory readable and writable for the user "
        + "the service runs as")]
    public static partial void RequestsUnreachable(ILogger logger, string directory, string reason);
}
