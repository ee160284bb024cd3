using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>A request's whole body in one pooled array, hashed piece by piece as it arrives, while it is in the cache.</summary>
internal struct RequestBody : IDisposable
{
    /// <summary>
    /// A body that is too large is read to its end up to here: a caller that is still sending would otherwise see a
    /// broken connection instead of the answer. Beyond, the connection is cut.
    /// </summary>
    public const long MaxDrainedBytes = 64 * 1024 * 1024;

    private const int FirstGuess = 64 * 1024;
    private byte[]? _buffer;

    /// <summary>Bytes in the body.</summary>
    public int Length { get; private set; }

    /// <summary>True when the body is larger than <see cref="Limits.MaxBodyBytes"/>; then nothing else is usable.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The body, for parsers that read and decode it in place.</summary>
    public readonly Memory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Reads the body to its end.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, IncrementalHash hash, CancellationToken cancellation)
    {
        var expected = Math.Min(request.ContentLength ?? FirstGuess, Limits.MaxBodyBytes);
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

    /// <summary>Gives the array back.</summary>
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
