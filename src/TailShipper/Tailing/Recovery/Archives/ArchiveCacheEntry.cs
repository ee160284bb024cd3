using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>What is known of one gzip file as long as it is not written to: so that it is not decompressed again at every scan.</summary>
/// <param name="stat">How it looked; of another look everything is forgotten.</param>
/// <param name="since">Timestamp at which it was first seen like this.</param>
internal sealed class ArchiveCacheEntry(FileStat stat, long since)
{
    private readonly HashSet<(StreamId Stream, long Offset)> _rejected = [];

    /// <summary>Timestamp at which it was first seen as it is.</summary>
    public long Since => since;

    /// <summary>The first bytes of its content; null while they were not read.</summary>
    public byte[]? Head { get; set; }

    /// <summary>True when it cannot be read, however often it is tried.</summary>
    public bool IsUnusable { get; set; }

    /// <summary>True when this is what was seen before.</summary>
    public bool Describes(FileStat seen) =>
        stat.Size == seen.Size && stat.ModifiedTicks == seen.ModifiedTicks && stat.Generation == seen.Generation;

    /// <summary>Notes that it does not hold a stream, or not the longest of it.</summary>
    public void Reject(TailedStream stream) => _rejected.Add((stream.Id, stream.Position));

    /// <summary>True when its first bytes are those of a stream that it was not yet found not to hold.</summary>
    public bool MayHold(TailedStream stream)
    {
        if (IsUnusable || Head is not { } head || _rejected.Contains((stream.Id, stream.Position)))
        {
            return false;
        }

        // See FileIdentity.IsKnownByTail: what stands behind the position may have been half a line.
        var expected = stream.Identity.IsKnownByTail ? stream.Tail : stream.Head;
        return expected.Length > 0 && expected.Length <= head.Length && Fingerprint.Of(head.AsSpan(0, expected.Length)) == expected;
    }
}
