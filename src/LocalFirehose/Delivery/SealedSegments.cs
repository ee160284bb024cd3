using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

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

/// <summary>Finds at start what an earlier process accepted and did not deliver.</summary>
internal static class SpoolRecovery
{
    /// <summary>Adds every left-over segment in the directory <paramref name="spool"/> to <paramref name="waiting"/>, oldest first; returns how many.</summary>
    public static int Recover(string spool, SealedSegments waiting, ILogger logger)
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
                // Killed between creating the file and filling it: nothing was accepted into it.
                File.Delete(path);
            }
        }

        foreach (var segment in found.OrderBy(segment => segment.Header.FirstArrival))
        {
            waiting.Add(segment);
        }

        return found.Count;
    }
}
