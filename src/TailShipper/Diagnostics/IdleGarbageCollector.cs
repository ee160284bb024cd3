using Shipper.TailShipper.Batching;


namespace Shipper.TailShipper.Diagnostics;

/// <summary>
/// Gives memory back to the system once a burst is over. A process that allocates next to nothing is never collected, so
/// what finding thousands of files or an outage left behind would stay resident for good.
/// </summary>
/// <param name="bodies">The memory of request bodies: what a burst took of it and nobody needs any more is given back as well.</param>
internal sealed class IdleGarbageCollector(ChunkPool bodies)
{
    // A tenth of a second of work, at most once for so much that could be given back.
    private const long Burst = 32L * 1024 * 1024;
    private const long Quiet = 4L * 1024 * 1024;
    private const int QuietCalls = 10;

    // What a scan of thousands of files leaves behind. The youngest generation may grow to the size of the processor's cache before it is
    // collected of itself.
    private const long GarbagePerCollection = 2L * 1024 * 1024;

    // Trims buffers that were not used for a minute.
    private const int CallsPerTrim = 60;

    private long _collectedAt;
    private long _sweptAt;
    private long _trimmed;
    private int _calls;
    private long _last;
    private int _quiet;

    /// <summary>Collects when little was allocated lately; call about once a second.</summary>
    public void CollectIfIdle()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        _quiet = allocated - _last < Quiet ? _quiet + 1 : 0;
        _last = allocated;
        if (++_calls % CallsPerTrim == 0)
        {
            _trimmed += bodies.Trim();
        }

        if (_quiet >= QuietCalls && (_trimmed >= Quiet || allocated - _collectedAt >= (_collectedAt == 0 ? Quiet : Burst)))
        {
            (_collectedAt, _sweptAt, _trimmed) = (allocated, allocated, 0);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        else if (_quiet > 0 && allocated - _sweptAt >= GarbagePerCollection)
        {
            _sweptAt = allocated;
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        }
    }
}
