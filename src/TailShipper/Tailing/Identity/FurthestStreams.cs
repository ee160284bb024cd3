using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Which of several streams a file holds, by content alone.</summary>
internal static class FurthestStreams
{
    /// <summary>Of <paramref name="candidates"/> those that <paramref name="file"/> holds and that reach furthest: several when they look all the same, none when it holds none.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static List<TailedStream> In(IEnumerable<TailedStream> candidates, ITailedFile file, FileStat stat)
    {
        var heads = new Dictionary<int, Fingerprint>();
        var best = new List<TailedStream>();
        foreach (var stream in candidates)
        {
            if (!heads.TryGetValue(stream.Head.Length, out var head))
            {
                heads[stream.Head.Length] = head = FileContent.At(file, 0, stream.Head.Length);
            }

            if ((head != stream.Head && stat.Size >= stream.Head.Length && !stream.Identity.IsKnownByTail) || !stream.IsIn(file, stat))
            {
                continue;
            }

            var isBetter = best.Count > 0 ? Compare(stream, best[0]) : 0;
            if (isBetter > 0)
            {
                best.Clear();
            }

            if (isBetter >= 0)
            {
                best.Add(stream);
            }
        }

        return best;
    }

    /// <summary>Of two streams that a file may hold it is the one read further; of two read equally far the one of which more is known to be in it.</summary>
    private static int Compare(TailedStream left, TailedStream right) => left.Position != right.Position
        ? left.Position.CompareTo(right.Position)
        : left.Head.Length.CompareTo(right.Head.Length);
}
