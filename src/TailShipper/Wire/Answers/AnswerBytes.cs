using System.Buffers;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>An answer's body in a pooled buffer; dispose of it once, after the last use.</summary>
/// <param name="buffer">Rented; owned from now on.</param>
/// <param name="length">Bytes of it that are the answer.</param>
/// <param name="complete">False when the answer is longer than was asked for and the rest was left unread.</param>
internal readonly struct AnswerBytes(byte[] buffer, int length, bool complete) : IDisposable
{
    /// <summary>False when there is more than <see cref="Span"/> shows.</summary>
    public bool Complete => complete;

    /// <summary>The bytes; not to be used after disposal.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>Reads <paramref name="content"/> to its end, or up to <paramref name="limit"/> bytes.</summary>
    /// <param name="content">What an answer brought, its headers read.</param>
    /// <param name="expected">A guess at the length, for answers that do not announce one.</param>
    /// <param name="limit">The most that is kept, in bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The connection broke, or the framing is wrong.</exception>
    public static async ValueTask<AnswerBytes> ReadAsync(HttpContent content, int expected, int limit, CancellationToken cancellation)
    {
        var announced = content.Headers.ContentLength;
        var size = (int)Math.Min(announced ?? expected, limit);

        // One more than announced, so that the end shows as an empty read and never as a full buffer.
        var buffer = ArrayPool<byte>.Shared.Rent(size + 1);
        var length = 0;
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellation);
            while (length < limit && length != announced)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, limit) - length), cancellation);
                if (read == 0)
                {
                    return new AnswerBytes(buffer, length, complete: true);
                }

                length += read;
            }

            return new AnswerBytes(buffer, length, complete: length == announced);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
