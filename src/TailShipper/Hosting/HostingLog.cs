using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Hosting;

/// <summary>What the service as a whole says; event ids 2200 to 2299.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(2200, LogLevel.Information, "tailshipper is ready: {Flows} flows, state in {Directory}")]
    public static partial void Ready(ILogger logger, int flows, string directory);

    [LoggerMessage(2201, LogLevel.Information, "stopping: draining what is in flight, for at most {Seconds:F0} s; a second signal ends at once")]
    public static partial void Stopping(ILogger logger, double seconds);

    [LoggerMessage(2202, LogLevel.Information, "stopped; the last checkpoint is written")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2240, LogLevel.Error, "{Flow} did not stop and is not waited for: {What}. Its checkpoints are behind, never ahead: the next start loses nothing. Mend the disk or mount that it waits for")]
    public static partial void Abandoned(ILogger logger, string flow, string what);
}
