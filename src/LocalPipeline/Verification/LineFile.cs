using System.Buffers;
using Shipper.Foundation.Files;

namespace Shipper.LocalPipeline.Verification;

/// <summary>Reads the lines of a file, plain or gzip, as bytes. Memory is bounded by the longest line.</summary>
internal static class LineFile
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>Receives a line without its newline.</summary>
    public delegate void LineAction(ReadOnlySpan<byte> line);

    /// <summary>
    /// Passes every line of <paramref name="path"/> to <paramref name="line"/>: the bytes before each newline, also if there are
    /// none, and the bytes after the last newline if there are any.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="line">Receives the lines.</param>
    /// <param name="read">Receives the number of uncompressed bytes of each block.</param>
    /// <param name="cancellation">Checked between blocks.</param>
    /// <exception cref="InvalidDataException">The gzip is damaged.</exception>
    public static void Read(string path, LineAction line, Action<int> read, CancellationToken cancellation)
    {
        using var content = PlainOrGzip.Open(path);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var held = 0;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (held == buffer.Length)
                {
                    buffer = Enlarge(buffer);
                }

                var count = content.Read(buffer, held, buffer.Length - held);
                if (count == 0)
                {
                    break;
                }

                read(count);
                held = PassLines(buffer, held + count, held, line);
            }

            if (held > 0)
            {
                line(buffer.AsSpan(0, held));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Passes on the complete lines of the buffer, moves the rest to its start and returns the length of the rest.
    private static int PassLines(byte[] buffer, int filled, int searched, LineAction line)
    {
        var start = 0;
        var from = searched;
        int newline;
        while ((newline = buffer.AsSpan(from, filled - from).IndexOf((byte)'\n')) >= 0)
        {
            line(buffer.AsSpan(start, from + newline - start));
            start = from = from + newline + 1;
        }

        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        return filled - start;
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
