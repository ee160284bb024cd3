using System.Buffers;
using System.Text;

namespace Shipper.Foundation.Text;

/// <summary>Where a text may be cut without splitting a UTF-8 character.</summary>
internal static class Utf8Cut
{
    private const int MaxSequence = 4;

    /// <summary>
    /// The longest beginning of <paramref name="bytes"/> of at most <paramref name="most"/> bytes that does not end within a
    /// character. Where the bytes are not UTF-8 it is exactly <paramref name="most"/>: in other encodings any position will do.
    /// </summary>
    /// <param name="bytes">What is to be cut; a character that only begins in it counts as one.</param>
    /// <param name="most">From 4 on the result is never empty, unless <paramref name="bytes"/> are.</param>
    public static int Length(ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length <= most)
        {
            return bytes.Length;
        }

        for (var lead = most - 1; lead >= 0 && lead > most - MaxSequence; lead--)
        {
            if ((bytes[lead] & 0xC0) == 0x80)
            {
                continue; // not a character's first byte
            }

            var status = Rune.DecodeFromUtf8(bytes[lead..], out _, out var length);
            return status != OperationStatus.InvalidData && lead + length > most ? lead : most;
        }

        return most;
    }
}
