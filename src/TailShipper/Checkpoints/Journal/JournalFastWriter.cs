using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// The fast path of <see cref="JournalLineWriter"/>: writes a <c>stream</c> line, byte for byte as the general JSON writer would, in a
/// fraction of its time. A start writes one for every known stream.
/// </summary>
/// <param name="destination">Room for <see cref="MostBytes"/>.</param>
internal ref struct JournalFastWriter(Span<byte> destination)
{
    // Everything except the names: 19 digits for each number, 39 for the inode; fingerprints, times, marks.
    private const int MostBesidesNames = 1024 + (TimeMarks.Capacity * 64);

    private static readonly SearchValues<char> Plain =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>
    /// The most bytes that the line of <paramref name="checkpoint"/> can take; 0 when only the general writer can write it, because
    /// a name needs escapes or is not ASCII, or there are gaps.
    /// </summary>
    public static int MostBytes(StreamCheckpoint checkpoint) =>
        checkpoint.Path.AsSpan().ContainsAnyExcept(Plain) || checkpoint.Flow.AsSpan().ContainsAnyExcept(Plain)
        || checkpoint.Place.AsSpan().ContainsAnyExcept(Plain)
        || checkpoint.Marks.Count > TimeMarks.Capacity || checkpoint.Gaps.Count > 0
            ? 0
            : checkpoint.Path.Length + checkpoint.Flow.Length + (checkpoint.Place?.Length ?? 0) + MostBesidesNames;

    /// <summary>Writes the line up to its checksum and gives its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs for every stream at a start, before tiered compilation optimizes it
    public int Write(long sequence, StreamCheckpoint checkpoint)
    {
        Text("{\"seq\":"u8);
        Number(sequence);
        Text(",\"kind\":\"stream\",\"stream\":"u8);
        Number(checkpoint.Stream.Number);
        Text(",\"flow\":\""u8);
        Name(checkpoint.Flow);
        Text("\",\"path\":\""u8);
        Name(checkpoint.Path);
        Text("\",\"device\":"u8);
        Utf8Formatter.TryFormat(checkpoint.File.Device, Rest, out var written);
        _length += written;
        Text(",\"inode\":"u8);
        checkpoint.File.Inode.TryFormat(Rest, out written, default, System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
        Text(",\"generation\":"u8);
        Number(checkpoint.Generation);
        Text(",\"head\":\""u8);
        Fingerprint(checkpoint.Head);
        Text("\",\"committed\":"u8);
        Number(checkpoint.Committed);
        Text(",\"tail\":\""u8);
        Fingerprint(checkpoint.Tail);
        Text("\",\"size\":"u8);
        Number(checkpoint.Size);
        Text(",\"state\":\""u8);
        Text(JournalStates.NameOf(checkpoint.State));
        Text("\",\"at\":\""u8);
        Time(checkpoint.At);
        Text("\""u8);
        if (checkpoint.Gone != 0)
        {
            Text(",\"gone\":"u8);
            Number(checkpoint.Gone);
        }

        if (checkpoint.IsDeleted)
        {
            Text(",\"deleted\":true"u8);
        }

        if (checkpoint.Place is { } place)
        {
            Text(",\"place\":\""u8);
            Name(place);
            Text("\""u8);
        }

        if (checkpoint.Replayed != default)
        {
            Text(",\"replayed\":"u8);
            Number(checkpoint.Replayed.Number);
        }

        if (checkpoint.CopyOf != default)
        {
            Text(",\"copyOf\":"u8);
            Number(checkpoint.CopyOf.Number);
        }

        Marks(checkpoint.Marks);
        return _length;
    }

    private readonly Span<byte> Rest => _destination[_length..];

    private void Marks(IReadOnlyList<TimeMark> marks)
    {
        for (var index = 0; index < marks.Count; index++)
        {
            Text(index == 0 ? ",\"marks\":[[\""u8 : ",[\""u8);
            Time(marks[index].At);
            Text("\","u8);
            Number(marks[index].Offset);
            Text("]"u8);
        }

        if (marks.Count > 0)
        {
            Text("]"u8);
        }
    }

    private void Text(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        _length += text.Length;
    }

    private void Name(string name) => _length += Encoding.ASCII.GetBytes(name, Rest);

    private void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Rest, out var written);
        _length += written;
    }

    private void Fingerprint(Fingerprint value)
    {
        Number(value.Length);
        Text(":"u8);
        Utf8Formatter.TryFormat(value.Hash, Rest, out var written, new StandardFormat('x', 16));
        _length += written;
    }

    /// <summary>With only as many fractional digits as needed, like the general writer.</summary>
    private void Time(DateTimeOffset at)
    {
        const int Whole = 28; // 2026-11-22T10:15:30.1234567Z
        Utf8Formatter.TryFormat(at.UtcDateTime, Rest, out _, new StandardFormat('O'));
        var end = Whole - 1;
        for (; Rest[end - 1] == '0' && end > Whole - 8; end--)
        {
        }

        end -= Rest[end - 1] == '.' ? 1 : 0;
        Rest[end] = (byte)'Z';
        _length += end + 1;
    }
}
