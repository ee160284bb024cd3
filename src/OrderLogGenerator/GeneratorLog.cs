using Microsoft.Extensions.Logging;

namespace Shipper.OrderLogGenerator;

/// <summary>All log messages of the generator; ids 1000 to 1999, never reused.</summary>
internal static partial class GeneratorLog
{
    /// <summary>A run starts.</summary>
    [LoggerMessage(1000, LogLevel.Information, "Order log generator {Version}: {Plan}")]
    public static partial void Started(ILogger logger, string version, string plan);

    /// <summary>Progress of a run.</summary>
    [LoggerMessage(
        1001,
        LogLevel.Information,
        "Wrote {Lines} lines so far, {Megabytes:F1} MB in {Files} files, {Malformed} malformed rows, currently {Rate:F0} lines/s")]
    public static partial void Progress(ILogger logger, long lines, double megabytes, long files, long malformed, double rate);

    /// <summary>A run is complete.</summary>
    [LoggerMessage(1002, LogLevel.Information, "Finished: {Summary}")]
    public static partial void Finished(ILogger logger, string summary);

    /// <summary>A run failed.</summary>
    [LoggerMessage(1003, LogLevel.Critical, "Stopped by an unexpected error after {Lines} lines; a restart begins a new file")]
    public static partial void Fault(ILogger logger, Exception exception, long lines);

    /// <summary>A file was rotated.</summary>
    [LoggerMessage(1100, LogLevel.Debug, "Rotated {Path} at {Bytes} bytes")]
    public static partial void Rotated(ILogger logger, string path, long bytes);

    /// <summary>A write failed and is repeated.</summary>
    [LoggerMessage(
        1101,
        LogLevel.Error,
        "Cannot write {Path}: {Reason} (attempt {Attempt}). The write is retried, no line is lost. Free space or fix the permissions")]
    public static partial void CannotWrite(ILogger logger, string path, string reason, long attempt);

    /// <summary>A write succeeded after failures.</summary>
    [LoggerMessage(1102, LogLevel.Information, "{Path} can be written again after {Attempts} failed attempts")]
    public static partial void WritesAgain(ILogger logger, string path, long attempts);

    /// <summary>Another process truncated the file.</summary>
    [LoggerMessage(
        1103, LogLevel.Warning, "{Path} was truncated from {Before} to {After} bytes by another process; writing continues there")]
    public static partial void TruncatedByOther(ILogger logger, string path, long before, long after);

    /// <summary>An incomplete line could not be removed.</summary>
    [LoggerMessage(
        1104,
        LogLevel.Error,
        "{Path} may end with an incomplete line that could not be removed: {Reason}. Delete what follows the last newline")]
    public static partial void TornLine(ILogger logger, string path, string reason);

    /// <summary>A replayed row is malformed.</summary>
    [LoggerMessage(1200, LogLevel.Warning, "{Path}, line {Line}: {Reason}; the row is skipped ({Malformed} so far)")]
    public static partial void MalformedRow(ILogger logger, string path, long line, string reason, long malformed);

    /// <summary>A replayed file has no usable row.</summary>
    [LoggerMessage(1201, LogLevel.Error, "{Path} has no usable row and is not replayed again; check that it is the right file")]
    public static partial void NothingToReplay(ILogger logger, string path);

    /// <summary>The status file cannot be written.</summary>
    [LoggerMessage(
        1300, LogLevel.Warning, "Cannot write the status file {Path}: {Reason}. Lines are still written. Check Generator:StatusPath")]
    public static partial void StatusFailed(ILogger logger, string path, string reason);
}
