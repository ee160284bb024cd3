using System.Security.Cryptography;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>Partition keys as Kinesis and JSON take them.</summary>
internal static class PartitionKeyText
{
    /// <summary>
    /// Most UTF-8 bytes of a key before escaping. The service allows 256 characters (Kinesis API reference,
    /// PutRecordsRequestEntry); as bytes they count against the record's size, so this bounds both.
    /// </summary>
    public const int MaxBytes = 256;

    /// <summary>Most bytes of a key between its quotes in JSON: each character as <c>\u0000</c>.</summary>
    public const int MaxEscapedBytes = 6 * MaxBytes;

    /// <summary>Writes <paramref name="key"/> as it stands between quotes in JSON; one that is too long is replaced by the hexadecimal SHA-256 of it, so that equal values still share a shard.</summary>
    /// <param name="key">Valid UTF-8, at least one byte.</param>
    /// <param name="destination">At least <see cref="MaxEscapedBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (key.Length > MaxBytes)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(key, digest);
            Convert.TryToHexStringLower(digest, destination, out var hex);
            return hex;
        }

        var written = 0;
        foreach (var one in key)
        {
            if (one is (byte)'"' or (byte)'\\')
            {
                destination[written++] = (byte)'\\';
                destination[written++] = one;
            }
            else if (one < 0x20)
            {
                "\\u00"u8.CopyTo(destination[written..]);
                destination[written + 4] = (byte)(one < 0x10 ? '0' : '1');
                destination[written + 5] = "0123456789abcdef"u8[one & 15];
                written += 6;
            }
            else
            {
                destination[written++] = one;
            }
        }

        return written;
    }
}
