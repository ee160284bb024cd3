using System.IO.Compression;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// Makes each record a whole gzip member (RFC 1952) of whole lines: members may follow each other in a file, so what Firehose concatenates
/// is a valid .gz file. Owned by a flow's loop; the result is good until the next call.
/// </summary>
/// <param name="level">How hard it tries.</param>
internal sealed class RecordCompression(CompressionLevel level)
{
    /// <summary>
    /// By so much a record may be longer than its lines, when they cannot be compressed: header, trailer and five bytes for each stored
    /// block of at least 16 KiB (RFC 1951).
    /// </summary>
    public const int MostOverhead = 1024;

    // What the fastest level makes of bytes without any order is 5.5 % longer (findings/): it writes no stored blocks.
    private const int WorstShare = 6;

    private byte[] _result = [];

    /// <summary>The most bytes that <paramref name="raw"/> bytes become; of at most 3 MiB.</summary>
    public static int MostBytes(int raw) => raw + MostOverhead;

    /// <summary>Compresses the lines of a record.</summary>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> lines)
    {
        var most = MostBytes(lines.Length);
        if (_result.Length < most + (lines.Length / WorstShare))
        {
            _result = new byte[most + (lines.Length / WorstShare)];
        }

        var length = Compress(lines, level);
        return _result.AsSpan(0, length <= most ? length : Compress(lines, CompressionLevel.NoCompression));
    }

    private int Compress(ReadOnlySpan<byte> lines, CompressionLevel how)
    {
        using var result = new MemoryStream(_result);
        using (var gzip = new GZipStream(result, how, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        return (int)result.Position;
    }

    /// <summary>The lines of a record.</summary>
    /// <exception cref="InvalidDataException">It was not compressed here.</exception>
    public static byte[] Decompress(byte[] record)
    {
        using var lines = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(record), CompressionMode.Decompress))
        {
            gzip.CopyTo(lines);
        }

        return lines.ToArray();
    }
}
