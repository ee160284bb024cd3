using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>The sealed segments whose records wait for processing, oldest first.</summary>
internal sealed class SealedSources : SealedSegments;

/// <summary>The sealed segments that wait for delivery, oldest first.</summary>
internal class SealedSegments
{
    private readonly ConcurrentQueue<SpoolSegment> _waiting = new();

    /// <summary>Adds a sealed segment.</summary>
    public void Add(SpoolSegment segment) => _waiting.Enqueue(segment);

    /// <summary>Removes and returns all waiting segments.</summary>
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

/// <summary>Finds the segments that an earlier process accepted and did not deliver.</summary>
internal static class SpoolRecovery
{
    /// <summary>
    /// Adds the segments in the directory <paramref name="spool"/> to those that wait for delivery or for processing, oldest first; returns
    /// how many.
    /// </summary>
    public static int Recover(string spool, SealedSegments waiting, SealedSources sources, ILogger logger)
    {
        var found = new List<SpoolSegment>();
        foreach (var path in Directory.EnumerateFiles(spool, "*" + SpoolSegment.CommitExtension))
        {
            if (SpoolSegment.Recover(path) is { } segment)
            {
                found.Add(segment);
            }
            else if (File.Exists(Path.ChangeExtension(path, SpoolSegment.BytesExtension)))
            {
                FirehoseLog.UnreadableSegment(logger, path);
            }
            else
            {
                // The process was killed before it wrote the header, so nothing was accepted.
                File.Delete(path);
            }
        }

        foreach (var segment in found.OrderBy(segment => segment.Header.FirstArrival))
        {
            (segment.Header.Definition is null ? waiting : sources).Add(segment);
        }

        return found.Count;
    }
}
