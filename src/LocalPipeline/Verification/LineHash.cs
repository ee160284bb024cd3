using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Shipper.LocalPipeline.Verification;

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
