using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>A whole request body in one pooled array, hashed as it arrives, while it is in the CPU cache.</summary>
internal struct RequestBody : IDisposable
{
    /// <summary>
    /// A body that is too large is read and discarded up to this size: a client that is still sending would otherwise get a
    /// connection error instead of the response. Beyond it, the connection is closed.
    /// </summary>
    public const long MaxDrainedBytes = 64 * 1024 * 1024;

    private const int InitialBytes = 64 * 1024;
    private byte[]? _buffer;

    /// <summary>Length of the body in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the body is larger than <see cref="Limits.MaxBodyBytes"/>; then its content is incomplete.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The content, writable for parsers that decode in place.</summary>
    public readonly Memory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Reads the body to its end.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, IncrementalHash hash, CancellationToken cancellation)
    {
        var expected = Math.Min(request.ContentLength ?? InitialBytes, Limits.MaxBodyBytes);
        var body = new RequestBody { _buffer = ArrayPool<byte>.Shared.Rent((int)expected) };
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellation);
                foreach (var piece in result.Buffer)
                {
                    body.Append(piece.Span, hash);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Returns the array to the pool.</summary>
    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private void Append(ReadOnlySpan<byte> piece, IncrementalHash hash)
    {
        IsTooLarge |= Length + piece.Length > Limits.MaxBodyBytes;
        if (IsTooLarge)
        {
            return;
        }

        if (Length + piece.Length > _buffer!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + piece.Length, _buffer.Length * 2));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        piece.CopyTo(_buffer.AsSpan(Length));
        hash.AppendData(piece);
        Length += piece.Length;
    }
}
