using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>Finds out, in bounded steps, which of several streams one gzip file holds.</summary>
internal sealed class ArchiveJob(string path, GzipFile file, FileStat stat, ArchiveCacheEntry memory, IEnumerable<TailedStream> candidates)
{
    private readonly List<TailedStream> _candidates = [.. candidates.OrderBy(stream => stream.Position)];
    private readonly List<TailedStream> _held = [];
    private int _next;
    private long _length = -1;

    /// <summary>Where it lies.</summary>
    public string Path => path;

    /// <summary>Which file it is, with the size it takes on the disk.</summary>
    public FileStat Compressed => stat;

    /// <summary>Its content.</summary>
    public GzipFile File => file;

    /// <summary>What is to be remembered of it.</summary>
    public ArchiveCacheEntry Memory => memory;

    /// <summary>The streams it may hold.</summary>
    public IReadOnlyList<TailedStream> Candidates => _candidates;

    /// <summary>Once done: the stream that it holds; null when none, or when that cannot be determined.</summary>
    public TailedStream? Owner { get; private set; }

    /// <summary>Once done: length of its content in bytes.</summary>
    public long Length => _length;

    /// <summary>Continues; false when <paramref name="budget"/> bytes were spent before it was done.</summary>
    /// <exception cref="ArchiveUnusableException">It is damaged, cut off, or was written to.</exception>
    /// <exception cref="IOException">The file system failed; the next call continues.</exception>
    public bool TryFinish(ref long budget)
    {
        for (; _next < _candidates.Count; _next++)
        {
            var stream = _candidates[_next];
            if (!file.TryReach(Before(stream), ref budget))
            {
                return false;
            }

            // Its length is not known yet, and what it is too short for does not match.
            if (stream.Identity.IsContentOf(file, stat with { Size = long.MaxValue }))
            {
                _held.Add(stream);
            }
        }

        if (_held.Count > 0)
        {
            if (!file.TryMeasure(ref budget))
            {
                return false;
            }

            // As for plain copies: the one that reaches furthest; of two that reach as far it cannot be determined.
            var furthest = _held[^1];
            if (_held.Count == 1 || _held[^2].Position < furthest.Position)
            {
                if (!file.TryBegin(Before(furthest), ref budget))
                {
                    return false;
                }

                Owner = furthest;
            }

            _length = file.Stat().Size;
        }

        foreach (var stream in _candidates.Where(stream => stream != Owner))
        {
            memory.Reject(stream);
        }

        return true;
    }

    /// <summary>Closes the file.</summary>
    public void Close() => file.Dispose();

    private static long Before(TailedStream stream) => Math.Max(0, stream.Position - Fingerprint.MaxLength);
}
