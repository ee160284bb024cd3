using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// Detects a flow that waits for a disk that does not answer, and reports what it waits for. The call itself cannot be
/// canceled; the other flows continue.
/// </summary>
internal sealed class StallWatch(string flow, FlowFiles files, FlowHealth health, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StallThreshold = TimeSpan.FromSeconds(10);

    private long _number = -1;
    private long _since;
    private TimeSpan _reportAt = StallThreshold;

    /// <summary>What the flow has been waiting for too long; null when nothing.</summary>
    public string? Stalled { get; private set; }

    /// <summary>True while the flow is inside the same call to the file system as at the check before, reported already or not.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Checks; call about once a second.</summary>
    public void Check()
    {
        IsWaiting = files.Waiting is { } now && now.Number == _number;
        if (files.Waiting is not { } waiting || waiting.Number != _number)
        {
            Follow(files.Waiting?.Number ?? -1);
            return;
        }

        var waited = time.GetElapsedTime(_since);
        if (waited < StallThreshold)
        {
            return;
        }

        Stalled = $"waiting {waited.TotalSeconds:F0} s for {waiting.What} of {waiting.Path}; the disk or mount does not answer";
        health.Stalled($"{Stalled}. Give it its own flow, or fix or unmount it");
        if (waited >= _reportAt)
        {
            _reportAt = 2 * waited;
            FlowLog.Stalled(logger, flow, waited.TotalSeconds, waiting.What, waiting.Path);
        }
    }

    private void Follow(long number)
    {
        if (Stalled is not null)
        {
            FlowLog.DiskAnswered(logger, flow, time.GetElapsedTime(_since).TotalSeconds);
            health.Stalled(null);
        }

        (_number, _since, _reportAt, Stalled) = (number, time.GetTimestamp(), StallThreshold, null);
    }
}
