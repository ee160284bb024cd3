using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Shipper.TailShipper.Streams;

/// <summary>Length and hash of a stretch of a file: its head, or the bytes just before an offset.</summary>
/// <param name="Length">Bytes hashed, 0 to <see cref="MaxLength"/>; 0 says nothing about the content.</param>
/// <param name="Hash">First 8 bytes of their SHA-256, big-endian.</param>
internal readonly record struct Fingerprint(int Length, ulong Hash)
{
    /// <summary>The most that is hashed, in bytes.</summary>
    public const int MaxLength = 1024;

    /// <summary>No bytes seen yet.</summary>
    public static Fingerprint Empty => default;

    /// <summary>Hashes <paramref name="bytes"/>, at most <see cref="MaxLength"/> of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More bytes than <see cref="MaxLength"/>.</exception>
    public static Fingerprint Of(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength);
        if (bytes.IsEmpty)
        {
            return Empty;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return new Fingerprint(bytes.Length, BinaryPrimitives.ReadUInt64BigEndian(digest));
    }
}
