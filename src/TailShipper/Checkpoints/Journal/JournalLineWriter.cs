using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Writes lines into a reused buffer: a JSON object each, whose last member
/// <c>crc</c> is the CRC-32C of the line's bytes before that member (and its comma), in eight lower-case hex digits.
/// </summary>
internal sealed class JournalLineWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _json;

    public JournalLineWriter() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions
    {
        // Paths stay readable: this is a file, not a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    /// <summary>The lines since the last <see cref="Clear"/>, each with its line feed.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Empties the buffer.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Adds the line of <paramref name="entry"/>.</summary>
    public void Write(JournalEntry entry)
    {
        var start = _buffer.WrittenCount;
        if (entry is JournalEntry.Full usual && JournalFastWriter.MostBytes(usual.Checkpoint) is > 0 and var most)
        {
            _buffer.Advance(new JournalFastWriter(_buffer.GetSpan(most)).Write(entry.Sequence, usual.Checkpoint));
            End(start);
        }
        else
        {
            WriteGeneral(entry);
        }
    }

    /// <summary>The same by the general JSON writer, for every kind of entry.</summary>
    public void WriteGeneral(JournalEntry entry)
    {
        var start = _buffer.WrittenCount;
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("seq"u8, entry.Sequence);
        switch (entry)
        {
            case JournalEntry.Full full:
                WriteFull(full.Checkpoint);
                break;
            case JournalEntry.Commit commit:
                _json.WriteString("kind"u8, "commit"u8);
                _json.WriteNumber("stream"u8, commit.Stream.Number);
                WriteProgress(commit.Committed, commit.Tail, commit.Size);
                WriteTime("at"u8, commit.At);
                break;
            case JournalEntry.Forget forget:
                _json.WriteString("kind"u8, "forget"u8);
                _json.WriteNumber("stream"u8, forget.Stream.Number);
                break;
            case JournalEntry.Header header:
                _json.WriteString("kind"u8, "snapshot"u8);
                _json.WriteNumber("version"u8, header.Version);
                _json.WriteNumber("generation"u8, header.Generation);
                _json.WriteNumber("streams"u8, header.Streams);
                _json.WriteNumber("nextStream"u8, header.NextStream);
                WriteTime("at"u8, header.At);
                break;
            case JournalEntry.Footer footer:
                _json.WriteString("kind"u8, "end"u8);
                _json.WriteNumber("streams"u8, footer.Streams);
                break;
            default:
                throw new ArgumentException($"A line of type {entry.GetType().Name} cannot be written.", nameof(entry));
        }

        _json.Flush();
        End(start);
    }

    /// <summary>Ends the line that begins at <paramref name="start"/> with its checksum.</summary>
    private void End(int start)
    {
        Span<byte> digits = stackalloc byte[8];
        Utf8Formatter.TryFormat(JournalChecksum.Of(_buffer.WrittenSpan[start..]), digits, out _, new StandardFormat('x', 8));
        _buffer.Write(",\"crc\":\""u8);
        _buffer.Write(digits);
        _buffer.Write("\"}\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteFull(StreamCheckpoint checkpoint)
    {
        _json.WriteString("kind"u8, "stream"u8);
        _json.WriteNumber("stream"u8, checkpoint.Stream.Number);
        _json.WriteString("flow"u8, checkpoint.Flow);
        _json.WriteString("path"u8, checkpoint.Path);
        _json.WriteNumber("device"u8, checkpoint.File.Device);
        Span<byte> inode = stackalloc byte[39]; // the digits of 2^128
        checkpoint.File.Inode.TryFormat(inode, out var length, default, CultureInfo.InvariantCulture);
        _json.WritePropertyName("inode"u8);
        _json.WriteRawValue(inode[..length], skipInputValidation: true);
        _json.WriteNumber("generation"u8, checkpoint.Generation);
        WriteFingerprint("head"u8, checkpoint.Head);
        WriteProgress(checkpoint.Committed, checkpoint.Tail, checkpoint.Size);
        _json.WriteString("state"u8, JournalStates.NameOf(checkpoint.State));
        WriteTime("at"u8, checkpoint.At);
        WriteGaps(checkpoint.Gaps);
        if (checkpoint.Gone != 0)
        {
            _json.WriteNumber("gone"u8, checkpoint.Gone);
        }

        if (checkpoint.IsDeleted)
        {
            _json.WriteBoolean("deleted"u8, true);
        }

        if (checkpoint.Place is { } place)
        {
            _json.WriteString("place"u8, place);
        }

        if (checkpoint.Replayed != default)
        {
            _json.WriteNumber("replayed"u8, checkpoint.Replayed.Number);
        }

        if (checkpoint.CopyOf != default)
        {
            _json.WriteNumber("copyOf"u8, checkpoint.CopyOf.Number);
        }

        if (checkpoint.Marks.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("marks"u8);
        for (var i = 0; i < checkpoint.Marks.Count; i++)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(checkpoint.Marks[i].At.UtcDateTime);
            _json.WriteNumberValue(checkpoint.Marks[i].Offset);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void WriteGaps(IReadOnlyList<ByteSpan> gaps)
    {
        if (gaps.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("gaps"u8);
        for (var index = 0; index < gaps.Count; index++)
        {
            _json.WriteStartArray();
            _json.WriteNumberValue(gaps[index].Start);
            _json.WriteNumberValue(gaps[index].End);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void WriteProgress(long committed, Fingerprint tail, long size)
    {
        _json.WriteNumber("committed"u8, committed);
        WriteFingerprint("tail"u8, tail);
        _json.WriteNumber("size"u8, size);
    }

    private void WriteFingerprint(ReadOnlySpan<byte> name, Fingerprint value)
    {
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(value.Length, text, out var length);
        text[length++] = (byte)':';
        Utf8Formatter.TryFormat(value.Hash, text[length..], out var digits, new StandardFormat('x', 16));
        _json.WriteString(name, text[..(length + digits)]);
    }

    private void WriteTime(ReadOnlySpan<byte> name, DateTimeOffset at) => _json.WriteString(name, at.UtcDateTime);
}
