using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class Utf16Tests
{
    // Newlines, code units that hold the byte 0A, pairs, halves of pairs, and what else there is.
    private static Gen<char> Units { get; } = Gen.OneOf(
        Gen.Elements('\n', '\n', '\r', 'a', 'é', '\u20ac', '\u0a0a', '\u0a41', '\u410a', '\0', '\ufeff', '\ufffe', '\ufffd'),
        Gen.Elements('\ud83d', '\ude00', '\udfff', '\ud800', '\udc0a', '\ud80a'),
        Gen.Choose(0, 0xffff).Select(value => (char)value));

    [Fact]
    public void Any_units_in_any_reads_arrive_as_the_framework_would_put_them_into_UTF_8()
    {
        var cases = from units in Units.ArrayOf(150)
                    from length in Gen.Choose(0, 150)
                    from cuts in Gen.Choose(1, 60).ListOf(10)
                    from isBigEndian in Gen.Elements(true, false)
                    from half in Gen.Choose(0, 1)
                    from maxRecords in Gen.Choose(1, 8)
                    select (text: new string(units[..length]), cuts: cuts.ToArray(), isBigEndian, half,
                        limits: new ServiceLimits(maxRecords, 1000, 1000));
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            byte[] content = [.. Raw(sample.text, sample.isBigEndian), .. new byte[sample.half]];
            var framer = new Framer(new FramingSettings(sample.isBigEndian ? TextEncoding.Utf16BE : TextEncoding.Utf16LE),
                limits: sample.limits).FeedAll(content, sample.cuts);
            var (text, broken) = Mended(sample.text);
            text += new string('\ufffd', sample.half);
            var lines = text.Split('\n');
            lines = lines[^1].Length == 0 ? lines[..^1] : lines; // what follows the last newline is no line
            Assert.Equal(lines.Select(line => Latin1(line + "\n")), framer.Records);
            Assert.Equal(broken + sample.half, framer.Replaced);
        }), 1000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_that_look_like_newlines_inside_code_units_are_none(bool isBigEndian)
    {
        // U+0A0A holds two of them; U+410A U+0A41 holds the newline of the other order across two units, U+000A that of this.
        var text = "a\u0a0a\u0a0ab\u410a\u0a41\u0a00\u000ac\n";
        var content = Framer.Utf16(text, isBigEndian);
        var framer = new Framer(new FramingSettings(isBigEndian ? TextEncoding.Utf16BE : TextEncoding.Utf16LE)).FeedAll(content, 3);
        Assert.Equal([Latin1("a\u0a0a\u0a0ab\u410a\u0a41\u0a00\n"), "c\n"], framer.Records);
        Assert.Equal([16, 20], framer.Ends);
    }

    [Fact]
    public void A_pair_at_the_edge_of_a_window_waits_for_its_other_half()
    {
        var content = Framer.Utf16("a😀\nb");
        var framer = new Framer(new FramingSettings(TextEncoding.Utf16LE));
        for (var seen = 0; seen < content.Length; seen++)
        {
            framer.Feed(content, seen);
        }

        Assert.Equal([Latin1("a😀\n")], framer.Records);
        Assert.Equal(0, framer.Replaced);
    }

    [Fact]
    public void What_the_end_of_a_file_cuts_is_replaced_and_counted_once()
    {
        byte[] content = [.. Framer.Utf16("a\n😀")];
        var framer = new Framer(new FramingSettings(TextEncoding.Utf16LE));
        framer.Feed(content, 7);
        Assert.Equal(["a\n"], framer.Records);
        Assert.Equal(0, framer.Replaced);
        framer.Feed(content, 7, Ending.Final); // half a pair, and half of its other half
        Assert.Equal(["a\n", Latin1("\ufffd\ufffd\n")], framer.Records);
        Assert.Equal((2, 7), (framer.Replaced, framer.Position));
    }

    [Fact]
    public void A_file_that_grew_on_after_half_a_code_unit_is_read_on_at_even_offsets()
    {
        var content = Framer.Utf16("ab\ncd\n");
        var framer = new Framer(new FramingSettings(TextEncoding.Utf16LE));
        framer.Feed(content, 3, Ending.Final);
        framer.Feed(content, content.Length, Ending.Open);
        Assert.Equal([Latin1("a\ufffd\n"), Latin1("\ufffd\n"), "cd\n"], framer.Records);
        Assert.Equal((2, 12), (framer.Replaced, framer.Position));
        Assert.Equal([3, 6, 12], framer.Ends);
    }

    [Fact]
    public void The_limit_of_a_record_holds_for_what_is_sent()
    {
        var limits = new ServiceLimits(500, 4000, 100);
        var settings = new FramingSettings(TextEncoding.Utf16LE);
        Assert.Equal([100, 99, 100], Lengths(new string('a', 99) + "\n" + new string('€', 32) + "ab\n" + Smiles(24) + "abc\n"));
        foreach (var line in new[] { new string('a', 100), new string('€', 33) + "a", Smiles(24) + "abcd" })
        {
            var framer = new Framer(settings, limits: limits);
            var content = Framer.Utf16("x\n" + line + "\ny\n");
            Assert.Equal(PackEnd.Oversize, framer.Feed(content, content.Length));
            Assert.Equal(4, framer.Position);
        }

        // Without the newline it is too long from the first byte past the limit on, at the file's end from one before.
        var last = Framer.Utf16(new string('a', 101));
        Assert.Equal(PackEnd.NeedMore, new Framer(settings, limits: limits).Feed(last, 200));
        Assert.Equal(PackEnd.Oversize, new Framer(settings, limits: limits).Feed(last, 202));
        Assert.Equal(PackEnd.Oversize, new Framer(settings, limits: limits).Feed(last, 200, Ending.Final));
        Assert.Equal(PackEnd.NeedMore, new Framer(settings, limits: limits).Feed(last, 198, Ending.Final));

        IEnumerable<int> Lengths(string text) =>
            new Framer(settings, limits: limits).FeedAll(Framer.Utf16(text)).Records.Select(record => record.Length);
    }

    [Fact]
    public void What_may_be_read_of_a_record_is_enough_to_see_that_it_is_too_long()
    {
        foreach (var encoding in new[] { TextEncoding.Utf8, TextEncoding.Utf16BE })
        {
            var framer = new Framer(new FramingSettings(encoding), limits: new ServiceLimits(500, 4000, 100));
            var content = encoding == TextEncoding.Utf8
                ? Encoding.UTF8.GetBytes(new string('a', 200))
                : Framer.Utf16(new string('a', 200), isBigEndian: true);
            Assert.Equal(PackEnd.Oversize, framer.Feed(content, framer.Framing.LongestRecord));
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(8, 1, 8)]
    [InlineData(9, 1, 8)]
    [InlineData(12000, 1, 8)]
    [InlineData(16_014, 1, 8)]
    [InlineData(16_016, 2, 16_016)]
    public void Lines_are_found_and_counted_in_code_units(int offset, int lines, int start)
    {
        // A unit of 0A 0A, then a line, then one longer than a piece.
        foreach (var isBigEndian in new[] { false, true })
        {
            var newline = isBigEndian ? Newline.Utf16BE : Newline.Utf16LE;
            var file = Opened(Framer.Utf16("\u0a0aab\n" + new string('\u0a0a', 8003) + "\nxyz", isBigEndian));
            Assert.Equal(start, newline.LineStart(file, offset));
            Assert.Equal(lines, newline.CountLines(file, offset, 10));
            Assert.Equal(0, newline.CountLines(file, offset, 0));
        }
    }

    private static TailShipper.Streams.ITailedFile Opened(byte[] bytes)
    {
        var disk = new SimulatedDisk(new SimulatedClock()) { LongestRead = 701 };
        disk.Append("/file", bytes);
        return disk.Open("/file").File!;
    }

    /// <summary>The text with every half of a pair replaced, and how many those were.</summary>
    private static (string Text, int Broken) Mended(string text)
    {
        var mended = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return (mended, mended.Zip(text).Count(pair => pair.First != pair.Second));
    }

    /// <summary>The units as they are: the framework's encoder would mend them.</summary>
    private static byte[] Raw(string text, bool isBigEndian) =>
        [.. text.SelectMany(unit => isBigEndian ? new[] { (byte)(unit >> 8), (byte)unit } : [(byte)unit, (byte)(unit >> 8)])];

    private static string Smiles(int count) => string.Concat(Enumerable.Repeat("😀", count));

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
