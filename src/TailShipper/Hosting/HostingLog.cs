using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Hosting;

/// <summary>What the service as a whole says; event ids 2200 to 2299.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(2200, LogLevel.Information, "tailshipper is ready; flows: {Flows}, state in {Directory}")]
    public static partial void Ready(ILogger logger, int flows, string directory);

    [LoggerMessage(
        2201, LogLevel.Information,
        "stopping: draining what is in flight, for at most {Seconds:F0} s; a second signal ends at once")]
    public static partial void Stopping(ILogger logger, double seconds);

    [LoggerMessage(2202, LogLevel.Information, "stopped; the last checkpoint is written")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2203, LogLevel.Information, "reading the configuration again")]
    public static partial void Reloading(ILogger logger);

    [LoggerMessage(
        2204, LogLevel.Information,
        "the new configuration is in use: flows added: {Added}; restarted: {Changed}; ended: {Removed}; {Flows} run")]
    public static partial void Reloaded(ILogger logger, string added, string changed, string removed, int flows);

    [LoggerMessage(2205, LogLevel.Information, "all loops are responsive again")]
    public static partial void Responsive(ILogger logger);

    [LoggerMessage(
        2206, LogLevel.Information, "tailshipper {Version} starts as process {Process}; configuration: {Configuration}")]
    public static partial void Starting(ILogger logger, string version, int process, string configuration);

    [LoggerMessage(2207, LogLevel.Information, "{Flow}: the first lines are accepted by {Destination}: {Lines}")]
    public static partial void FirstLines(ILogger logger, string flow, string destination, long lines);

    [LoggerMessage(
        2208, LogLevel.Information,
        "in the last {Seconds:F0} s: {Lines} lines, {Bytes} accepted; {Behind} behind; files: {Files}, flows: {Flows}")]
    public static partial void Summary(
        ILogger logger, double seconds, string lines, string bytes, string behind, long files, int flows);

    [LoggerMessage(2220, LogLevel.Warning, "These settings differ and take effect at the next start only; restart the service: {Settings}")]
    public static partial void NeedsRestart(ILogger logger, string settings);

    [LoggerMessage(
        2221, LogLevel.Warning,
        "{Flow} is not changed yet: it has not ended in its time, or the memory for it is not free. It is changed as soon as that is "
        + "over")]
    public static partial void ReloadPending(ILogger logger, string flow);

    [LoggerMessage(
        2222, LogLevel.Warning,
        "the log file {Path} cannot be written ({Reason}), so what is logged is missing there. Shipping is not affected; free space, make "
        + "it writable, or change Shipper:Log:Path")]
    public static partial void CannotWriteFile(ILogger logger, string path, string reason);

    [LoggerMessage(2223, LogLevel.Information, "the log file {Path} is written again")]
    public static partial void FileWrittenAgain(ILogger logger, string path);

    [LoggerMessage(
        2241, LogLevel.Error,
        "The new configuration cannot be used, and the one before stays in use. Fix it and reload again:\n{Problems}")]
    public static partial void ReloadRefused(ILogger logger, string problems);

    [LoggerMessage(
        2242, LogLevel.Error,
        "{Loop} has made no progress for {Seconds:F0} s. {Then}. Nothing is lost. Check that the disks of the state directory and of "
        + "the logs answer; if they do, this is a bug in the shipper: keep the log and report it")]
    public static partial void Stuck(ILogger logger, string loop, double seconds, string then);

    [LoggerMessage(
        2240, LogLevel.Error,
        "{Flow} did not stop and is not waited for: {What}. Its checkpoints are behind, never ahead: the next start loses nothing. Fix"
        + " the disk or mount that it waits for")]
    public static partial void Abandoned(ILogger logger, string flow, string what);
}
