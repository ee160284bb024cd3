using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// What a running service does beside shipping: notices flows that hang, gives memory back, reports its status to the supervisor.
/// </summary>
internal sealed class Upkeep(
    FlowSet flows, IdleGarbageCollector memory, LoopMonitor monitor, Reload reload, FlowRecorder record, Pulse pulse,
    ISupervisor supervisor, StatusLine status, TimeProvider time)
{
    private const int PassesPerStatus = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _beats;

    /// <summary>Rises once a second as long as the loop makes progress.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Runs once a second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        for (var pass = 0; await timer.WaitForNextTickAsync(cancellation); pass++)
        {
            Volatile.Write(ref _beats, _beats + 1);
            foreach (var flow in flows.Running)
            {
                flow.Stall.Check();
            }

            memory.CollectIfIdle();
            record.Retry();
            pulse.Beat(flows.Running);
            if (pass % PassesPerStatus == 0)
            {
                ReportStatus();
            }
        }
    }

    /// <summary>Gives the supervisor the status line.</summary>
    public void ReportStatus() => supervisor.Status(
        status.Compose(
            flows.Running, monitor.Stuck, reload.Refusal is { } refusal ? $"the new configuration is not used: {refusal}" : null));
}
