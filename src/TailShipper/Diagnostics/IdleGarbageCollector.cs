using Shipper.TailShipper.Batching;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>
/// Gives memory back to the system once a burst is over. A process that allocates next to nothing is never collected, so
/// what finding thousands of files or an outage left behind would stay resident for good. The same for pages of the program that only its
/// start needed.
/// </summary>
/// <param name="bodies">The memory of request bodies: what a burst took of it and nobody needs any more is given back as well.</param>
/// <param name="tables">The same for the tables of their records.</param>
internal sealed class IdleGarbageCollector(ChunkPool bodies, EntryPool tables)
{
    // A tenth of a second of work, at most once for so much that could be given back.
    private const long Burst = 32L * 1024 * 1024;
    private const long Quiet = 4L * 1024 * 1024;
    private const int QuietCalls = 10;

    // In every such round buffers that were not used in it are trimmed. After the first the start is over, and what it left behind is given
    // back also by a service that is never quiet.
    private const int CallsPerRound = 20;

    // A service that is never quiet is collected so often: what lived for as long as a call is garbage among the old, a third of a MiB a
    // second with a thousand flows (bench/).
    private const int CallsPerCollection = 10;

    private long _collectedAt;
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
        if (++_calls % CallsPerRound == 0)
        {
            _trimmed += bodies.Trim();
            tables.Trim();
        }

        var since = allocated - _collectedAt;
        var isDue = _calls >= CallsPerRound && _calls % CallsPerCollection == 0;
        var collects = (_quiet >= QuietCalls && (_trimmed >= Quiet || since >= (_collectedAt == 0 ? Quiet : Burst)))
            || (isDue && since >= Math.Max(Burst, GC.GetTotalMemory(forceFullCollection: false)));
        if (collects)
        {
            (_collectedAt, _trimmed) = (allocated, 0);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        if (collects || _calls == CallsPerRound)
        {
            ProgramPages.Release();
        }
    }
}
