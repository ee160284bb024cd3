using Shipper.Foundation.Time;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Forgets streams that are finished, and whose files are gone, a day later.</summary>
internal sealed class Retirement(StreamTable streams, TimeProvider time)
{
    private static readonly TimeSpan RememberFinished = TimeSpan.FromHours(24);

    private long _next;

    /// <summary>Forgets when it is time to; a file that could not be accessed is not gone.</summary>
    public void RetireIfDue(ScanSnapshot snapshot)
    {
        var now = time.GetTimestamp();
        if (now < _next)
        {
            return;
        }

        _next = now + time.TicksOf(FileDiscovery.FullScanInterval);
        var before = time.GetUtcNow() - RememberFinished;
        foreach (var stream in streams.All.Where(stream =>
            stream.Phase is StreamPhase.Acknowledged or StreamPhase.Lost && stream.Handle is null && stream.Ring.Pending == 0
            && stream.Recorded is { } recorded && recorded.At < before
            && (stream.Orphaned || (stream.Gone != 0 && snapshot.PathOf(stream.File) is null))
            && !snapshot.IsUnknown(stream.Path)).ToList())
        {
            streams.Forget(stream);
        }
    }
}
