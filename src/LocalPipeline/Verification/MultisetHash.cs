using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Shipper.LocalPipeline.Verification;

/// <summary>
/// A hash of a multiset of lines: for each partition of the hash space, the number of lines and the sum of their hashes. It does
/// not depend on the order of the lines. Two different multisets have equal counts and sums with a probability of 2^-128.
/// </summary>
internal sealed class MultisetHash
{
    private readonly int _shift;
    private readonly long[] _lines;
    private readonly UInt128[] _sums;

    /// <summary>The hash of no lines, with 2^<paramref name="bits"/> partitions, 1 to 20 bits.</summary>
    public MultisetHash(int bits)
    {
        _shift = 128 - bits;
        _lines = new long[1 << bits];
        _sums = new UInt128[1 << bits];
    }

    /// <summary>Number of partitions.</summary>
    public int Partitions => _lines.Length;

    /// <summary>Number of lines.</summary>
    public long Lines { get; private set; }

    /// <summary>The partition of a line's hash.</summary>
    public int PartitionOf(UInt128 hash) => (int)(hash >> _shift);

    /// <summary>Adds a line by its hash.</summary>
    public void Add(UInt128 hash)
    {
        var partition = PartitionOf(hash);
        _lines[partition]++;
        _sums[partition] += hash;
        Lines++;
    }

    /// <summary>Number of lines in a partition.</summary>
    public long LinesIn(int partition) => _lines[partition];

    /// <summary>Whether both have the same lines in a partition, each equally often.</summary>
    public bool Matches(MultisetHash other, int partition) =>
        _lines[partition] == other._lines[partition] && _sums[partition] == other._sums[partition];
}

/// <summary>
/// The hash of a line: 128 bits of its SHA-256. Collisions do not occur in practice, and a line of any length takes 16 bytes.
/// </summary>
internal static class LineHash
{
    /// <summary>The hash of a line without its newline.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> line)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
