using System.Collections.Concurrent;
using System.Security.Cryptography;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire.Signing;

/// <summary>SHA-256 of request bodies, as signatures need it. Thread-safe; the native state is reused.</summary>
internal sealed class BodyHasher : IDisposable
{
    private readonly ConcurrentBag<IncrementalHash> _idle = [];

    /// <summary>Hashes all pieces of <paramref name="body"/> into <paramref name="destination"/>, at least 32 bytes.</summary>
    public void Hash(IRequestBody body, Span<byte> destination)
    {
        if (!_idle.TryTake(out var hash))
        {
            hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }

        for (var i = 0; i < body.Pieces; i++)
        {
            hash.AppendData(body.Piece(i).Span);
        }

        hash.GetHashAndReset(destination);
        _idle.Add(hash);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out var hash))
        {
            hash.Dispose();
        }
    }
}
