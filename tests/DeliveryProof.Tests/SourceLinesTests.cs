using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Shipper.DeliveryProof.Lines;
using Xunit;

namespace Shipper.DeliveryProof.Tests;

/// <summary>What is sent of a file's bytes: docs/configuration.md.</summary>
public sealed class SourceLinesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Only_acknowledged_bytes_are_lines_and_offsets_are_those_of_the_file()
    {
        var file = File("one\ntwo\nthree\n") with { Spans = [new SourceSpan(4, 8)] };
        Assert.Equal([("two", 4L)], Read(file));
    }

    [Fact]
    public void What_is_left_out_in_the_middle_divides_no_lines()
    {
        var file = File("one\ntwo\nthree\n") with { Spans = [new SourceSpan(0, 4), new SourceSpan(8, 14)] };
        Assert.Equal([("one", 0L), ("three", 8L)], Read(file));
    }

    [Fact]
    public void Header_lines_and_a_byte_order_mark_are_not_sent()
    {
        Assert.Equal(["two"], Texts(File("\uFEFFone\ntwo\n") with { HeaderLines = 1 }));
        Assert.Equal(["one"], Texts(File("\uFEFFone\n")));
        Assert.Equal(["\uFEFFone"], Texts(File("\uFEFFone\n") with { Encoding = SourceEncoding.Latin1 }));
        Assert.Equal(["two"], Texts(File("one\ntwo\n") with { HeaderLines = 1, Spans = [new SourceSpan(4, 8)] }));
    }

    [Theory]
    [InlineData(nameof(SourceEncoding.Auto), "utf-16", true)]
    [InlineData(nameof(SourceEncoding.Auto), "utf-16BE", true)]
    [InlineData(nameof(SourceEncoding.Utf16LE), "utf-16", false)]
    [InlineData(nameof(SourceEncoding.Utf16BE), "utf-16BE", false)]
    public void Utf16_becomes_utf8(string encoding, string name, bool hasMark)
    {
        var text = Encoding.GetEncoding(name);
        byte[] content = [.. hasMark ? text.GetPreamble() : [], .. text.GetBytes("größe\nऊ\u0A0A\u010A😀\nlast")];
        var file = new SourceFile
        {
            Path = _directory.Write("in", content),
            Spans = [new SourceSpan(0, content.Length)],
            Encoding = Enum.Parse<SourceEncoding>(encoding),
        };
        Assert.Equal(["größe", "ऊ\u0A0A\u010A😀", "last"], Texts(file));
    }

    [Theory]
    [InlineData("a\r\nb\rc\nd", "a|b|c|d")]
    [InlineData("a\r\n", "a")]
    [InlineData("a\n\rb\r\r\n", "a||b|")]
    public void Lines_can_end_with_a_carriage_return(string content, string lines) =>
        Assert.Equal(lines.Split('|'), Texts(File(content) with { LineEnd = SourceLineEnd.CarriageReturn }));

    [Fact]
    public void Records_can_end_with_a_nul_and_hold_newlines() =>
        Assert.Equal(["a", "b", "c"], Texts(File("a\nb\0c\0") with { LineEnd = SourceLineEnd.Nul }));

    [Fact]
    public void Padding_is_part_of_no_line()
    {
        Assert.Equal(["a", "b"], Texts(File("\0\0a\0\0\n\0b\n")));
        Assert.Equal(["a\0b"], Texts(File("a\0b\n")));
        Assert.Equal(["a", "b"], Texts(File("a" + new string('\0', 512) + "b\n")));
        Assert.Equal(["a" + new string('\0', 100) + "b"], Texts(File("a" + new string('\0', 100) + "b\n")));
        Assert.Equal(["a", "b"], Texts(File("a" + new string('\0', 511) + "b\n")));
        Assert.Equal([new string('x', 504), "b"], Texts(File(new string('x', 504) + new string('\0', 8) + "b\n")));
    }

    [Fact]
    public void An_archive_is_read_at_the_offsets_of_its_content()
    {
        var file = new SourceFile
        {
            Path = _directory.Write("in.gz", TemporaryDirectory.Gzip("one\ntwo\n", "three\n")),
            IsGzip = true,
            Spans = [new SourceSpan(4, 14)],
            Head = Mark(0, "one\n"),
            Tail = Mark(8, "three\n"),
        };
        Assert.Equal([("two", 4L), ("three", 8L)], Read(file));
    }

    [Fact]
    public void An_archive_with_another_end_is_refused()
    {
        var file = new SourceFile
        {
            Path = _directory.Write("in.gz", TemporaryDirectory.Gzip("one\nTWO\n")),
            IsGzip = true,
            Spans = [new SourceSpan(0, 8)],
            Tail = Mark(4, "two\n"),
        };
        Assert.Contains("holds other content", Assert.Throws<IOException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_rotated_just_now_is_found_beside_its_path()
    {
        var file = File("one\ntwo\n") with { Head = Mark(0, "one\ntwo\n"), Tail = Mark(4, "two\n") };
        System.IO.File.Move(file.Path, file.Path + ".1");
        _directory.Write("in", "three\n");
        Assert.Equal(["one", "two"], Texts(file));
    }

    [Fact]
    public void A_file_that_was_truncated_since_is_an_error()
    {
        var file = File("one\ntwo\n") with { Tail = Mark(4, "two\n") };
        System.IO.File.WriteAllText(file.Path, "one\n");
        Assert.Contains("ask again", Assert.Throws<IOException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_a_record_are_named_and_not_compared()
    {
        var file = File("short\n" + new string('x', 100) + "\n") with { LongestLine = 100 };
        var sink = new Collected();
        new SourceLines(file).Read(sink, default);
        Assert.Equal(["short"], sink.Lines.Select(line => line.Text));
        Assert.Contains("1 lines are longer", Assert.Single(sink.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_a_block_are_read_completely()
    {
        int[] lengths = [300_000, 1, 262_143, 262_144, 262_145, 0, 700_000];
        var text = string.Concat(lengths.Select((length, index) => new string((char)('a' + index), length) + "\n"));
        Assert.Equal(lengths, Texts(File(text)).Select(line => line.Length));
    }

    private static SourceMark Mark(long start, string text) => new(
        start, text.Length, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private static IEnumerable<string> Texts(SourceFile file) => Read(file).Select(line => line.Text);

    private static List<(string Text, long Offset)> Read(SourceFile file)
    {
        var sink = new Collected();
        new SourceLines(file).Read(sink, default);
        Assert.Empty(sink.Problems);
        return sink.Lines;
    }

    private SourceFile File(string content)
    {
        var path = _directory.Write("in", content);
        return new SourceFile { Path = path, Spans = [new SourceSpan(0, new FileInfo(path).Length)] };
    }

    private sealed class Collected : LineSink
    {
        public List<(string Text, long Offset)> Lines { get; } = [];

        public List<string> Problems { get; } = [];

        public override void Line(ReadOnlySpan<byte> line, long offset) => Lines.Add((Encoding.UTF8.GetString(line), offset));

        public override void Problem(string text) => Problems.Add(text);

        public override void Advance(long bytes)
        {
        }
    }
}
