using System.Globalization;
using Shipper.Foundation.Files;
using Shipper.ObjectStorage;

namespace Shipper.DeliveryProof.Lines;

/// <summary>The lines of a file as far as they are acknowledged, as they are sent.</summary>
/// <param name="file">The file.</param>
/// <param name="conversion">Makes what converts its records; null where they are sent as they are.</param>
internal sealed class SourceLines(SourceFile file, Func<IRecordConversion>? conversion = null) : ILineContent
{
    /// <inheritdoc/>
    public string Name => file.Path;

    /// <inheritdoc/>
    public long Bytes => file.Spans.Sum(span => span.End - span.Start);

    /// <inheritdoc/>
    public void Read(LineSink sink, CancellationToken stopping)
    {
        using var stream = SourceOpening.Open(file);
        using var content = file.IsGzip ? new GzipContent(stream) : null;
        var reading = new Reading(file, content is null ? Encoding(stream) : file.Encoding, conversion?.Invoke(), sink);
        if (content is null)
        {
            ReadPlain(stream, reading, sink, stopping);
        }
        else
        {
            ReadArchive(content, reading, sink, stopping);
        }

        reading.Report();
    }

    // Of the first bytes; a file in UTF-16 begins with its mark.
    private SourceEncoding Encoding(FileStream stream)
    {
        if (file.Encoding != SourceEncoding.Auto)
        {
            return file.Encoding;
        }

        Span<byte> mark = stackalloc byte[2];
        stream.Position = 0;
        return stream.ReadAtLeast(mark, 2, throwOnEndOfStream: false) < 2 ? SourceEncoding.Auto : mark switch
        {
            [0xff, 0xfe] => SourceEncoding.Utf16LE,
            [0xfe, 0xff] => SourceEncoding.Utf16BE,
            _ => SourceEncoding.Auto,
        };
    }

    private void ReadPlain(FileStream stream, Reading reading, LineSink sink, CancellationToken stopping)
    {
        using var lines = reading.Splitter();
        foreach (var span in file.Spans)
        {
            stream.Position = span.Start;
            lines.Begin(span.Start);
            for (var left = span.End - span.Start; left > 0;)
            {
                stopping.ThrowIfCancellationRequested();
                var room = lines.Room.Span;
                var count = stream.Read(room[..(int)Math.Min(room.Length, left)]);
                if (count == 0)
                {
                    throw Cut(span.End - left);
                }

                left -= count;
                sink.Advance(count);
                lines.Filled(count);
            }

            lines.End();
        }
    }

    private void ReadArchive(GzipContent content, Reading reading, LineSink sink, CancellationToken stopping)
    {
        using var lines = reading.Splitter();
        var skipped = new byte[64 * 1024];
        var tail = new byte[SourceMark.MostBytes];
        var position = 0L;
        foreach (var span in file.Spans)
        {
            while (position < span.Start)
            {
                position += Next(skipped.AsSpan(0, (int)Math.Min(skipped.Length, span.Start - position)), isCompared: false);
            }

            lines.Begin(position);
            while (position < span.End)
            {
                var room = lines.Room.Span;
                var count = Next(room[..(int)Math.Min(room.Length, span.End - position)], isCompared: true);
                position += count;
                lines.Filled(count);
            }

            lines.End();
        }

        for (var end = file.Tail is { } mark ? mark.Start + mark.Length : 0; position < end;)
        {
            position += Next(skipped.AsSpan(0, (int)Math.Min(skipped.Length, end - position)), isCompared: false);
        }

        if (file.Tail is { } expected && expected.Start + expected.Length == position && !expected.Fits(tail.AsSpan(^expected.Length..)))
        {
            throw new IOException($"{Name} holds other content than what was acknowledged");
        }

        int Next(Span<byte> into, bool isCompared)
        {
            stopping.ThrowIfCancellationRequested();
            var count = content.Read(into);
            if (count == 0)
            {
                throw Cut(position);
            }

            var end = into[..count];
            end = end[^Math.Min(end.Length, tail.Length)..];
            tail.AsSpan(end.Length).CopyTo(tail);
            end.CopyTo(tail.AsSpan(^end.Length..));
            if (isCompared)
            {
                sink.Advance(count);
            }

            return count;
        }
    }

    private IOException Cut(long at) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Name} ends at byte {at}, before the acknowledged offset {file.Spans[^1].End}; ask again"));

    /// <summary>Makes of the bytes of a line what is sent of it.</summary>
    private sealed class Reading(SourceFile file, SourceEncoding encoding, IRecordConversion? conversion, LineSink sink)
    {
        private readonly bool _isUtf16 = encoding is SourceEncoding.Utf16LE or SourceEncoding.Utf16BE;
        private int _headersLeft = file.Spans is [{ Start: 0 }, ..] ? file.HeaderLines : 0;
        private byte[] _text = new byte[4096];
        private byte[] _record = new byte[4096];
        private long _long;
        private long _open;

        public LineSplitter Splitter() => (encoding, file.LineEnd) switch
        {
            (SourceEncoding.Utf16LE, _) => new LineSplitter(Take, LineBreak.Utf16LE),
            (SourceEncoding.Utf16BE, _) => new LineSplitter(Take, LineBreak.Utf16BE),
            (_, SourceLineEnd.Nul) => new LineSplitter(TakeBetweenNuls, LineBreak.Nul),
            (_, SourceLineEnd.CarriageReturn) => new LineSplitter(Take, LineBreak.CarriageReturn),
            _ => new LineSplitter(Take, LineBreak.Newline),
        };

        public void Report()
        {
            if (_open > 0)
            {
                sink.Problem(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_open} records are sent without a newline at their end: their lines cannot be told apart in an object"));
            }

            if (_long > 0)
            {
                sink.Problem(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_long} lines are longer than a record: they were divided or cut, and are not compared"));
            }
        }

        // A newline within a record divides it on the other side too.
        private void TakeBetweenNuls(ReadOnlySpan<byte> record, long offset)
        {
            if (conversion is not null)
            {
                Send(record, offset);
                return;
            }

            foreach (var part in record.Split((byte)'\n'))
            {
                Send(record[part], offset + part.Start.Value);
            }
        }

        private void Take(ReadOnlySpan<byte> line, long offset)
        {
            if (offset == 0)
            {
                line = WithoutMark(line);
            }

            if (_isUtf16)
            {
                line = ToUtf8(line).Trim((byte)0);
            }
            else if (line.Contains((byte)0))
            {
                SendAroundPadding(line, offset);
                return;
            }

            Send(line, offset);
        }

        private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line) =>
            _isUtf16 && (line.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || line.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])) ? line[2..]
            : encoding is SourceEncoding.Auto or SourceEncoding.Utf8 && line.StartsWith("\uFEFF"u8) ? line[3..]
            : line;

        private ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> line)
        {
            var characters = new char[line.Length / 2];
            for (var index = 0; index < characters.Length; index++)
            {
                var (low, high) = encoding == SourceEncoding.Utf16LE
                    ? (line[2 * index], line[(2 * index) + 1])
                    : (line[(2 * index) + 1], line[2 * index]);
                characters[index] = (char)(low | (high << 8));
            }

            if (_text.Length < 3 * (characters.Length + 1))
            {
                _text = new byte[3 * (characters.Length + 1)];
            }

            var written = System.Text.Encoding.UTF8.GetBytes(characters, _text);
            if (line.Length % 2 != 0)
            {
                "\uFFFD"u8.CopyTo(_text.AsSpan(written));
                written += 3;
            }

            return _text.AsSpan(0, written);
        }

        // docs/configuration.md, "NULs": runs at either end of a line are no part of it, and long ones within end the line before them.
        private void SendAroundPadding(ReadOnlySpan<byte> line, long offset)
        {
            const int longRun = 512, sector = 512, shortRun = 8;
            var leading = line.IndexOfAnyExcept((byte)0);
            if (leading < 0)
            {
                Send([], offset);
                return;
            }

            line = line[leading..].TrimEnd((byte)0);
            offset += leading;
            for (var from = 0; from < line.Length;)
            {
                var at = line[from..].IndexOf((byte)0);
                if (at < 0)
                {
                    break;
                }

                var start = from + at;
                var run = line[start..].IndexOfAnyExcept((byte)0);
                from = start + run;
                if (run >= longRun || (run >= shortRun && (offset + from) % sector == 0))
                {
                    Send(line[..start], offset);
                    line = line[from..];
                    offset += from;
                    from = 0;
                }
            }

            Send(line, offset);
        }

        private void Send(ReadOnlySpan<byte> line, long offset)
        {
            if (_headersLeft > 0)
            {
                _headersLeft--;
            }
            else if (conversion is not null)
            {
                Convert(line, offset);
            }
            else if (file.LongestLine > 0 && line.Length >= file.LongestLine)
            {
                _long++;
            }
            else
            {
                sink.Line(line, offset);
            }
        }

        private void Convert(ReadOnlySpan<byte> line, long offset)
        {
            if (_record.Length <= line.Length)
            {
                _record = new byte[2 * (line.Length + 1)];
            }

            line.CopyTo(_record);
            _record[line.Length] = (byte)'\n';
            var sent = conversion!.Convert(_record.AsSpan(0, line.Length + 1), offset);
            if (sent.IsEmpty)
            {
                return;
            }

            if (file.LongestLine > 0 && sent.Length > file.LongestLine)
            {
                _long++;
                return;
            }

            if (!sent.EndsWith("\n"u8))
            {
                _open++;
                return;
            }

            sent = sent[..^1];
            foreach (var part in sent.Split((byte)'\n'))
            {
                sink.Line(sent[part], offset);
            }
        }
    }
}

/// <summary>Opens a file and makes sure that it is the one that is meant: it may be rotated just now.</summary>
internal static class SourceOpening
{
    /// <summary>Opens it at its path, or beside that under another name.</summary>
    /// <exception cref="IOException">It is not there any more, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(SourceFile file)
    {
        if (TryOpen(file, file.Path) is { } found)
        {
            return found;
        }

        var directory = Path.GetDirectoryName(file.Path)!;
        var beside = Directory.Exists(directory) ? Directory.EnumerateFiles(directory) : [];
        foreach (var path in beside.Order(StringComparer.Ordinal))
        {
            if (TryOpen(file, path) is { } moved)
            {
                return moved;
            }
        }

        throw new IOException($"{file.Path} is gone, or holds other content than a moment ago; ask again");
    }

    private static FileStream? TryOpen(SourceFile file, string path)
    {
        FileStream stream;
        try
        {
            stream = SafeFiles.OpenToRead(path, followLinks: true);
        }
        catch (Exception exception) when ((exception is FileNotFoundException or DirectoryNotFoundException) || path != file.Path)
        {
            return null; // rotated, or not this user's
        }

        if (IsMeant(file, stream))
        {
            stream.Position = 0;
            return stream;
        }

        stream.Dispose();
        return null;
    }

    private static bool IsMeant(SourceFile file, FileStream stream)
    {
        if (file.IsGzip)
        {
            using var content = new GzipContent(new CountedStream(stream, _ => { }));
            return file.Head is not { } head || Fits(head, content);
        }

        return (file.Head is not { } begin || FitsAt(begin, stream)) && (file.Tail is not { } end || FitsAt(end, stream));
    }

    private static bool FitsAt(SourceMark mark, FileStream stream)
    {
        stream.Position = mark.Start;
        return Fits(mark, stream);
    }

    private static bool Fits(SourceMark mark, Stream stream)
    {
        var bytes = new byte[mark.Length];
        return mark.Fits(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }
}
