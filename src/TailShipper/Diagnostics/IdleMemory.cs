namespace Shipper.TailShipper.Diagnostics;

/// <summary>
/// Gives memory back to the system once a burst is over. A process that allocates next to nothing is never collected, so
/// what finding thousands of files or an outage left behind would stay resident for good.
/// </summary>
internal sealed class IdleMemory
{
    // A tenth of a second of work, at most once for so much that could be given back.
    private const long Burst = 64L * 1024 * 1024;
    private const long Quiet = 4L * 1024 * 1024;
    private const int QuietLooks = 10;

    private long _collectedAt;
    private long _last;
    private int _quiet;

    /// <summary>Looks; call about once a second.</summary>
    public void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        _quiet = allocated - _last < Quiet ? _quiet + 1 : 0;
        _last = allocated;
        if (_quiet >= QuietLooks && allocated - _collectedAt >= (_collectedAt == 0 ? Quiet : Burst))
        {
            _collectedAt = allocated;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
