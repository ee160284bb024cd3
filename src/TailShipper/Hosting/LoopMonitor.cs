using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Hosting;

/// <summary>Lets the watchdog check the heartbeats of all loops, and logs when one makes no progress and when all do again.</summary>
internal sealed class LoopMonitor(Watchdog watchdog, TimeProvider time, ILogger logger)
{
    private volatile string? _stuck;

    /// <summary>Which loop makes no progress, for people; null when all do.</summary>
    public string? Stuck => _stuck;

    /// <summary>Checks until cancelled. Not part of another loop: those are checked, too.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        watchdog.Check();
        using var timer = new PeriodicTimer(watchdog.CheckInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            watchdog.Check();
            Report();
        }
    }

    private void Report()
    {
        var stuck = watchdog.Stuck;
        if (stuck is { } loop && _stuck is null)
        {
            HostingLog.Stuck(
                logger, loop.Name, loop.For.TotalSeconds,
                watchdog.IsWatched
                    ? "The watchdog is no longer notified, so the supervisor restarts the service"
                    : "Nothing restarts it here: restart the service");
        }
        else if (stuck is null && _stuck is not null)
        {
            HostingLog.Responsive(logger);
        }

        _stuck = stuck is null ? null : $"{stuck.Name} makes no progress";
    }
}
