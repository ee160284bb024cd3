using Microsoft.Extensions.Logging;

namespace Shipper.OrderLogGenerator;

/// <summary>Every log message of the generator; ids 1000 to 1999, never reused.</summary>
internal static partial class GeneratorLog
{
    /// <summary>The run begins.</summary>
    [LoggerMessage(1000, LogLevel.Information, "Order log generator {Version}: {Plan}")]
    public static partial void Started(ILogger logger, string version, string plan);

    /// <summary>The run goes on.</summary>
    [LoggerMessage(1001, LogLevel.Information, "Wrote {Lines} lines so far, {Megabytes:F1} MB in {Files} files, {Malformed} malformed rows, {Rate:F0} lines/s lately")]
    public static partial void Progress(ILogger logger, long lines, double megabytes, long files, long malformed, double rate);

    /// <summary>The run is over.</summary>
    [LoggerMessage(1002, LogLevel.Information, "Finished: {Summary}")]
    public static partial void Finished(ILogger logger, string summary);

    /// <summary>The run broke off.</summary>
    [LoggerMessage(1003, LogLevel.Critical, "Stopped by a fault after {Lines} lines; a restart begins a new file")]
    public static partial void Fault(ILogger logger, Exception exception, long lines);

    /// <summary>A file gave way to the next.</summary>
    [LoggerMessage(1100, LogLevel.Debug, "Rotated {Path} at {Bytes} bytes")]
    public static partial void Rotated(ILogger logger, string path, long bytes);

    /// <summary>A file cannot be written for now.</summary>
    [LoggerMessage(1101, LogLevel.Error, "Cannot write {Path}: {Reason} (attempt {Attempt}). Free space or mend the permissions; no line is lost or torn meanwhile, the write is repeated")]
    public static partial void CannotWrite(ILogger logger, string path, string reason, long attempt);

    /// <summary>A file can be written again.</summary>
    [LoggerMessage(1102, LogLevel.Information, "Writes {Path} again after {Attempts} failed attempts")]
    public static partial void WritesAgain(ILogger logger, string path, long attempts);

    /// <summary>Another process shortened the file.</summary>
    [LoggerMessage(1103, LogLevel.Warning, "{Path} was cut from {Before} to {After} bytes by another process; going on from there")]
    public static partial void TruncatedByOther(ILogger logger, string path, long before, long after);

    /// <summary>An incomplete line could not be removed.</summary>
    [LoggerMessage(1104, LogLevel.Error, "{Path} may end in an incomplete line, because it could not be cut on stopping: {Reason}. Remove what follows the last newline")]
    public static partial void TornLine(ILogger logger, string path, string reason);

    /// <summary>A replayed row is of no use.</summary>
    [LoggerMessage(1200, LogLevel.Warning, "{Path}, line {Line}: {Reason}; the row is left out ({Malformed} so far)")]
    public static partial void MalformedRow(ILogger logger, string path, long line, string reason, long malformed);

    /// <summary>No row of a replayed file is of use.</summary>
    [LoggerMessage(1201, LogLevel.Error, "{Path} has no usable row, so it is not replayed again; check that it is the right file")]
    public static partial void NothingToReplay(ILogger logger, string path);

    /// <summary>The status file cannot be written.</summary>
    [LoggerMessage(1300, LogLevel.Warning, "Cannot write the status file {Path}: {Reason}. Check Generator:StatusPath; lines are written all the same")]
    public static partial void StatusFailed(ILogger logger, string path, string reason);
}
