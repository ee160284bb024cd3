using System.Text;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Framing.Scenes;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class EncodingTests
{
    public static TheoryData<string, string> Files => new()
    {
        { nameof(TextEncoding.Auto), "utf-8" }, { nameof(TextEncoding.Auto), "utf-16" }, { nameof(TextEncoding.Auto), "utf-16BE" },
        { nameof(TextEncoding.Utf8), "utf-8" }, { nameof(TextEncoding.Utf16LE), "utf-16" }, { nameof(TextEncoding.Utf16BE), "utf-16BE" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_with_a_byte_order_mark_written_byte_by_byte_ships_as_UTF_8(string configured, string encoding)
    {
        var (mark, text) = Content(encoding, "é€😀\r\n\n\u0a0a\nlast");
        var stage = Stage(new FramingSettings(Enum.Parse<TextEncoding>(configured)), out var records);
        stage.Start();
        foreach (var value in (byte[])[.. mark, .. text])
        {
            stage.Disk.Append(Log, [value]);
            stage.Run(1);
        }

        stage.Disk.Rename(Log, "/logs/old");
        stage.Run(20);
        Assert.Equal(["é€😀\r\n", "\n", "\u0a0a\n", "last\n"], records);
        Settled(stage, mark.Length + text.Length, mark.Length);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_encoding_is_known_again_after_a_kill_at_any_place(string configured, string encoding)
    {
        var (mark, text) = Content(
            encoding, string.Concat(Enumerable.Range(0, 30).Select(line => $"é {line} 😀 {new string('\u0a0a', 20)}\n")));
        byte[] content = [.. mark, .. text];
        var stage = Stage(new FramingSettings(Enum.Parse<TextEncoding>(configured)), out var records);
        stage.Start();
        for (var at = 0; at < content.Length; at += 37)
        {
            stage.Disk.Append(Log, content.AsSpan(at, Math.Min(37, content.Length - at)));
            stage.Run(3);
            stage.Kill();
            if (at % 5 == 0)
            {
                stage.Disk.Copy(Log, "/logs/copy"); // another inode, the same content
                stage.Disk.Delete(Log);
                stage.Disk.Rename("/logs/copy", Log);
            }

            stage.Start();
        }

        stage.Run(5);
        Assert.Equal(30, records.Count);
        Assert.All(records, record => Assert.StartsWith("é ", record, StringComparison.Ordinal));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void Each_file_of_a_flow_may_have_an_encoding_of_its_own()
    {
        var stage = Stage(new FramingSettings(), out var records, "/logs/*");
        foreach (var encoding in new[] { "utf-8", "utf-16", "utf-16BE" })
        {
            var (mark, text) = Content(encoding, $"{encoding} é\n");
            stage.Disk.Append("/logs/" + encoding, [.. mark, .. text]);
        }

        stage.Disk.Append("/logs/plain", "plain é\n");
        stage.Start();
        stage.Run(3);
        Assert.Equal(["plain é\n", "utf-16 é\n", "utf-16BE é\n", "utf-8 é\n"], records.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EF", "")]
    [InlineData("EFBB", "")]
    [InlineData("EFBBBF", "")]
    [InlineData("FF", "")]
    [InlineData("FE", "")]
    [InlineData("FFFE", "")]
    [InlineData("FE0A", "\ufffd\n")] // no byte order mark after all
    [InlineData("EFBB0A", "\ufffd\n")]
    public void A_file_shorter_than_its_mark_waits(string hex, string expected)
    {
        var stage = Stage(new FramingSettings { SkipHeaderLines = 0 }, out var records);
        stage.Disk.Append(Log, Convert.FromHexString(hex));
        stage.Start();
        stage.Run(10);
        Assert.Equal(expected, string.Concat(records));
        Assert.Equal(0, stage.Counters.BytesInFlight);
    }

    [Theory]
    [InlineData("EF", 2)]
    [InlineData("FF", 2)]
    [InlineData("EFBBBF", 0)]
    [InlineData("FFFE", 0)]
    [InlineData("FFFE0A", 4)] // half a code unit
    public void What_is_too_short_for_a_mark_when_a_rotated_file_is_closed_ships_as_it_is(string hex, int sent)
    {
        var stage = Stage(new FramingSettings(), out var records);
        var delivered = new List<byte>();
        stage.Firehose.Took = (call, record) => delivered.AddRange(call.Records[record]);
        var content = Convert.FromHexString(hex);
        stage.Disk.Append(Log, content);
        stage.Start();
        stage.Run(3);
        stage.Disk.Rename(Log, "/logs/old");
        stage.Run(20);
        Assert.Equal(sent, delivered.Count);
        Assert.Empty(records);
        Settled(stage, content.Length, sent == 0 ? content.Length : hex.StartsWith("FFFE", StringComparison.Ordinal) ? 2 : 0);
        Assert.Equal(0, stage.Disk.OpenFiles);
    }

    [Fact]
    public void Latin_1_passes_every_byte_also_what_looks_like_a_mark()
    {
        var stage = new Stage(new StageOptions { Framing = new FramingSettings(TextEncoding.Latin1) });
        byte[] content = [0xFF, 0xFE, .. Enumerable.Range(0, 256).Select(value => (byte)value), (byte)'\n'];
        stage.Disk.Append(Log, content);
        stage.Start();
        stage.Run(3);
        Assert.Equal(Encoding.Latin1.GetString(content), stage.Delivered.ToString());
        Settled(stage, content.Length);
    }

    [Fact]
    public void A_line_of_UTF_16_too_long_for_a_record_is_set_aside_as_it_stands_in_the_file()
    {
        // 0A bytes everywhere, also at the edges of pieces; no newline before the end.
        var line = string.Concat(Enumerable.Repeat("\u0a0a", 600_000)) + "\n";
        var content = Framer.Utf16("\ufeffbefore\n" + line + "after\n");
        var stage = Stage(new FramingSettings(), out var records);
        stage.Disk.Append(Log, content.AsSpan(0, content.Length - 17));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append(Log, content.AsSpan(content.Length - 17));
        stage.Run(3);
        Assert.Equal(["before\n", "after\n"], records);
        Assert.Equal(Framer.Utf16(line), stage.DeadLetters.Letters.SelectMany(letter => letter.Bytes));
        Settled(stage, content.Length, 2);
    }

    [Fact]
    public void A_line_of_UTF_16_that_fits_only_as_UTF_8_ships()
    {
        var line = new string('x', 1_023_999) + "\n";
        var stage = Stage(new FramingSettings(), out var records);
        stage.Disk.Append(Log, Framer.Utf16("\ufeff" + line + "after\n"));
        stage.Start();
        stage.Run(5);
        Assert.Equal([line, "after\n"], records);
        Assert.Empty(stage.DeadLetters.Letters);
    }

    [Fact]
    public void Refused_records_of_UTF_16_name_their_bytes_in_the_file()
    {
        var stage = Stage(new FramingSettings(TextEncoding.Utf16LE), out var records);
        stage.Firehose.IsPoison = record => record.AsSpan().StartsWith("bad"u8);
        stage.Disk.Append(Log, Framer.Utf16("é\nbad €\nok\n"));
        stage.Start();
        stage.Run(10);
        var (letter, bytes, _) = Assert.Single(stage.DeadLetters.Letters);
        Assert.Equal((4, 16), (letter.Span.Start, letter.Span.End));
        Assert.Equal("bad €\n", Encoding.UTF8.GetString(bytes));
        Assert.Equal(["é\n", "ok\n"], records);
        Assert.Equal((22, 12), (stage.Counters.BytesRead, stage.Counters.BytesDeadLettered));
        Settled(stage, 22);
    }

    [Theory]
    [InlineData("utf-16", "app.log")]
    [InlineData("utf-16BE", "other.log")]
    public void The_first_start_may_begin_at_the_last_line(string encoding, string name)
    {
        var (mark, text) = Content(encoding, "old\n\u0a0a new");
        var stage = Stage(new FramingSettings(), out var records, "/logs/*.log");
        stage.Options = stage.Options with { InitialPosition = InitialPosition.EndOfFile };
        stage.Disk.Append("/logs/" + name, [.. mark, .. text]);
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/" + name, Content(encoding, "\n").Text);
        stage.Run(3);
        Assert.Equal(["\u0a0a new\n"], records);
    }

    private static (byte[] Mark, byte[] Text) Content(string encoding, string text)
    {
        var coder = Encoding.GetEncoding(encoding);
        return (coder.GetPreamble(), coder.GetBytes(text));
    }
}
