using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Shipper.LocalPipeline.Verification;

/// <summary>
/// How many lines fell into each share of the hash space, and the sum of their hashes. Two multisets of lines with the
/// same count and the same sum are the same, whatever their order: another outcome has a chance of one in 2^128.
/// </summary>
internal sealed class Tally
{
    private readonly int _shift;
    private readonly long[] _lines;
    private readonly UInt128[] _sums;

    /// <summary>An empty tally of 2^<paramref name="bits"/> shares, 1 to 20 bits.</summary>
    public Tally(int bits)
    {
        _shift = 128 - bits;
        _lines = new long[1 << bits];
        _sums = new UInt128[1 << bits];
    }

    /// <summary>How many shares there are.</summary>
    public int Shares => _lines.Length;

    /// <summary>All lines.</summary>
    public long Lines { get; private set; }

    /// <summary>The share that a hash falls into.</summary>
    public int ShareOf(UInt128 hash) => (int)(hash >> _shift);

    /// <summary>Counts a line.</summary>
    public void Add(UInt128 hash)
    {
        var share = ShareOf(hash);
        _lines[share]++;
        _sums[share] += hash;
        Lines++;
    }

    /// <summary>The lines of one share.</summary>
    public long LinesIn(int share) => _lines[share];

    /// <summary>Whether both hold the same lines in a share, each as often.</summary>
    public bool Matches(Tally other, int share) => _lines[share] == other._lines[share] && _sums[share] == other._sums[share];
}

/// <summary>A line as 128 bits of its SHA-256: two different lines never meet in practice, and a line of any length takes 16 bytes.</summary>
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
