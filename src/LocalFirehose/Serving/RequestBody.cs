using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>A request's whole body in one pooled array, hashed piece by piece as it arrives, while it is in the cache.</summary>
internal struct RequestBody : IDisposable
{
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
        if (request.ContentLength > Limits.MaxBodyBytes)
        {
            return new RequestBody { IsTooLarge = true };
        }

        var body = new RequestBody { _buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstGuess)) };
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation);
            foreach (var piece in result.Buffer)
            {
                if (body.Length + piece.Length > Limits.MaxBodyBytes)
                {
                    body.Dispose();
                    return new RequestBody { IsTooLarge = true };
                }

                body.Append(piece.Span, hash);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return body;
            }
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
