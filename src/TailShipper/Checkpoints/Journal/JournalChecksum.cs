using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds every damage of up to 32 neighbouring bits.</summary>
internal static class JournalChecksum
{
    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // recovery at start cannot wait for tiered compilation
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
