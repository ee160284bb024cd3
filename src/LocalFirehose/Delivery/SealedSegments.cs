using System.Collections.Concurrent;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>The closed segments that wait for delivery, oldest first.</summary>
internal sealed class SealedSegments
{
    private readonly ConcurrentQueue<SpoolSegment> _waiting = new();

    /// <summary>Adds a closed segment.</summary>
    public void Add(SpoolSegment segment) => _waiting.Enqueue(segment);

    /// <summary>Takes everything that waits.</summary>
    public IReadOnlyList<SpoolSegment> TakeAll()
    {
        var taken = new List<SpoolSegment>();
        while (_waiting.TryDequeue(out var segment))
        {
            taken.Add(segment);
        }

        return taken;
    }
}
