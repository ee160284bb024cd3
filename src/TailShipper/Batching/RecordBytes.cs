using System.Buffers.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// Reads the bytes of records back from the body, by decoding its base64. Needed only where the committed offset may stop inside a batch,
/// and for dead letters: a few records of a batch at most. Keeping the raw bytes beside the body would cost three quarters of its memory
/// again for every record, and copying a fingerprint per record would put a hash on the path of every line.
/// </summary>
internal static class RecordBytes
{
    private const int GroupBytes = 3;
    private const int GroupText = 4;

    /// <summary>The raw bytes of a record.</summary>
    public static byte[] Of(Batch batch, in RecordEntry entry)
    {
        var text = new byte[TextLength(entry)];
        Read(batch.Body, entry, 0, text);
        Base64.DecodeFromUtf8InPlace(text, out var written);
        return text[..written];
    }

    /// <summary>
    /// The last bytes of a record. If it is shorter, they are preceded by those of the records before it in its file, as far as these are
    /// in the batch.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">Which record.</param>
    /// <param name="buffer">At most <see cref="Fingerprint.MaxLength"/> bytes, filled from its end.</param>
    /// <returns>The part of <paramref name="buffer"/> that was filled.</returns>
    public static ReadOnlySpan<byte> EndingWith(Batch batch, int index, Span<byte> buffer)
    {
        var entries = batch.Entries;
        var free = buffer.Length - End(batch.Body, entries[index], buffer);
        for (; free > 0 && index > 0 && IsBefore(entries[index - 1], entries[index]); index--)
        {
            free -= End(batch.Body, entries[index - 1], buffer[..free]);
        }

        return buffer[free..];
    }

    /// <summary>True when a record carries exactly the bytes of its span.</summary>
    public static bool IsAsInFile(in RecordEntry entry) => entry.RawBytes == entry.SpanBytes;

    /// <summary>True when a record's bytes are just before those of <paramref name="next"/> in their file.</summary>
    private static bool IsBefore(in RecordEntry entry, in RecordEntry next) =>
        entry.Ring == next.Ring && entry.Ticket == next.Ticket - 1 && IsAsInFile(entry);

    /// <summary>Copies the last bytes of a record to the end of <paramref name="destination"/>, and returns how many.</summary>
    private static int End(BodyWriter body, in RecordEntry entry, Span<byte> destination)
    {
        var count = Math.Min(entry.RawBytes, destination.Length);
        var group = (entry.RawBytes - count) / GroupBytes;
        Span<byte> text = stackalloc byte[(Fingerprint.MaxLength / GroupBytes + 2) * GroupText];
        text = text[..(TextLength(entry) - (group * GroupText))];
        Read(body, entry, group, text);
        Base64.DecodeFromUtf8InPlace(text, out var written);
        text[(written - count)..written].CopyTo(destination[^count..]);
        return count;
    }

    /// <summary>Reads base64 text from a group of four characters on.</summary>
    private static void Read(BodyWriter body, in RecordEntry entry, int group, Span<byte> text)
    {
        var before = entry.EncodedBytes - body.Envelope.RecordSuffix.Length - TextLength(entry);
        body.Chunks.Read(entry.Chunk, entry.Offset + before + (group * GroupText), text);
    }

    private static int TextLength(in RecordEntry entry) => (entry.RawBytes + GroupBytes - 1) / GroupBytes * GroupText;
}
