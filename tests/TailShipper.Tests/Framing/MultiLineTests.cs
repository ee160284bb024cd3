using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class MultiLineTests
{
    private static readonly string[] Alphabet = ["\n", "\n", "\r\n", "\n>", "\n> ", ">", "a", "bcd", "é", "\0"];

    [Fact]
    public void A_text_cut_into_any_reads_gives_the_records_of_the_whole_text()
    {
        var cases = from pieces in Gen.Elements(Alphabet).ArrayOf(120)
                    from length in Gen.Choose(0, 120)
                    from cuts in Gen.Choose(1, 40).ListOf(10)
                    from maxLines in Gen.Elements(1, 2, 3, 500)
                    from maxBytes in Gen.Elements(1, 5, 12, 200)
                    from maxRecords in Gen.Choose(1, 6)
                    select (text: string.Concat(pieces.Take(length)), cuts: cuts.ToArray(), maxLines, maxBytes,
                        limits: new ServiceLimits(maxRecords, 400, 400));
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var settings = Framer.MultiLine("^>", sample.maxLines, sample.maxBytes);
            var content = Encoding.UTF8.GetBytes(sample.text);
            var expected = Expected(Encoding.Latin1.GetString(content), sample.maxLines, sample.maxBytes);
            var whole = new Framer(settings, limits: sample.limits).FeedAll(content);
            var cut = new Framer(settings, limits: sample.limits).FeedAll(content, sample.cuts);
            Assert.Equal(expected, whole.Records);
            Assert.Equal(expected, cut.Records);
            Assert.Equal(whole.Ends, cut.Ends);
            Assert.Equal(expected.Count(record => record[0] != '>'), cut.Unstarted);
        }), 1000);
    }

    [Fact]
    public void The_same_text_in_UTF_16_gives_the_same_records()
    {
        var cases = from pieces in Gen.Elements(Alphabet).ArrayOf(120)
                    from length in Gen.Choose(0, 120)
                    from cuts in Gen.Choose(1, 40).ListOf(10)
                    from maxLines in Gen.Elements(1, 3, 500)
                    from maxBytes in Gen.Elements(1, 12, 200)
                    from isBigEndian in Gen.Elements(true, false)
                    select (text: string.Concat(pieces.Take(length)), cuts: cuts.ToArray(), maxLines, maxBytes, isBigEndian);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var settings = Framer.MultiLine("^>", sample.maxLines, sample.maxBytes, sample.isBigEndian
                ? TextEncoding.Utf16BE
                : TextEncoding.Utf16LE);
            var bytes = new Framer(Framer.MultiLine("^>", sample.maxLines, sample.maxBytes)).FeedAll(Encoding.UTF8.GetBytes(sample.text));
            var units = new Framer(settings).FeedAll(Framer.Utf16(sample.text, sample.isBigEndian), sample.cuts);
            Assert.Equal(bytes.Records, units.Records);
        }), 500);
    }

    [Theory]
    [InlineData("one\n two\n>a\n b\n>c\n", "one\n two\n|>a\n b\n|>c\n")] // lines before the first start
    [InlineData(">a\r\n b\r\n\r\n>c\r\n", ">a\r\n b\r\n\r\n|>c\r\n")]
    [InlineData(">a\n\n\n>b\n", ">a\n\n\n|>b\n")]
    [InlineData(">a\n b\n>c", ">a\n b\n|>c\n")] // a start line without its newline
    [InlineData(">a\n b", ">a\n b\n")]
    [InlineData("\n\n", "\n\n")]
    [InlineData("", "")]
    public void A_record_is_a_start_line_and_what_follows_up_to_the_next(string text, string records)
    {
        var framer = new Framer(Framer.MultiLine()).FeedAll(Encoding.UTF8.GetBytes(text));
        Assert.Equal(records, string.Join('|', framer.Records));
    }

    [Fact]
    public void A_record_waits_for_the_next_start_line_and_for_its_newline()
    {
        var text = ">a\n b\n>c\n d"u8;
        var framer = new Framer(Framer.MultiLine());
        Assert.Equal(PackEnd.NeedMore, framer.Feed(text, 8));
        Assert.Empty(framer.Records);
        framer.Feed(text, 9);
        Assert.Equal([">a\n b\n"], framer.Records);
        framer.Feed(text, text.Length);
        Assert.Single(framer.Records);

        // Nothing came for so long that whole lines are a record; the piece of a line is not.
        Assert.Equal(PackEnd.NeedMore, framer.Feed(text, text.Length, Ending.Quiet));
        Assert.Equal([">a\n b\n", ">c\n"], framer.Records);
        Assert.Equal((9, 0), (framer.Position, framer.Unstarted));
        framer.Feed(text, text.Length, Ending.Quiet);
        Assert.Equal(2, framer.Records.Count);
        framer.Feed(text, text.Length, Ending.Final);
        Assert.Equal([">a\n b\n", ">c\n", " d\n"], framer.Records);
        Assert.Equal(1, framer.Unstarted);
    }

    [Fact]
    public void A_record_of_exactly_the_most_lines_is_not_cut()
    {
        var framer = new Framer(Framer.MultiLine(maxLines: 3)).FeedAll(">1\n2\n3\n>1\n2\n3\n4\n5\n6\n7\n>1\n"u8.ToArray());
        Assert.Equal([">1\n2\n3\n", ">1\n2\n3\n", "4\n5\n6\n", "7\n", ">1\n"], framer.Records);
        Assert.Equal(2, framer.Unstarted);
    }

    [Fact]
    public void A_record_of_exactly_the_most_bytes_is_not_cut_and_ships_at_once()
    {
        var text = ">12\n567\n>12\n5678\n9\n"u8;
        var framer = new Framer(Framer.MultiLine(maxBytes: 8));
        framer.Feed(text, 8);
        Assert.Equal([">12\n567\n"], framer.Records);
        framer.Feed(text, 16); // with its newline, which has yet to come, the line would not fit
        Assert.Equal([">12\n567\n", ">12\n"], framer.Records);
        framer.Feed(text, text.Length, Ending.Final);
        Assert.Equal([">12\n567\n", ">12\n", "5678\n9\n"], framer.Records);
        Assert.Equal(1, framer.Unstarted);
    }

    [Fact]
    public void A_single_line_may_be_longer_than_a_record_of_several()
    {
        var framer = new Framer(Framer.MultiLine(maxBytes: 4)).FeedAll(">123456789\n>1\n123456789\n>2\n"u8.ToArray());
        Assert.Equal([">123456789\n", ">1\n", "123456789\n", ">2\n"], framer.Records);
    }

    [Fact]
    public void A_pattern_that_never_matches_still_ships_every_line()
    {
        var text = string.Concat(Enumerable.Range(0, 1200).Select(line => $"line {line}\n"));
        var framer = new Framer(Framer.MultiLine("^never")).FeedAll(Encoding.UTF8.GetBytes(text), 333);
        Assert.Equal(text, string.Concat(framer.Records));
        Assert.Equal([500, 500, 200], framer.Records.Select(record => record.Count(letter => letter == '\n')));
        Assert.Equal((3, 1200), (framer.Unstarted, framer.Lines));
    }

    [Theory]
    [InlineData(1_024_000, false)]
    [InlineData(1_024_001, true)]
    public void A_line_too_long_for_a_record_is_one_wherever_it_stands(int length, bool isTooLong)
    {
        var expected = isTooLong ? PackEnd.Oversize : PackEnd.NeedMore;
        byte[] line = [.. Enumerable.Repeat((byte)'x', length - 1), (byte)'\n'];
        foreach (var before in new[] { "", ">a\n b\n" })
        {
            byte[] text = [.. Encoding.UTF8.GetBytes(before), .. line, .. ">next\n"u8];
            var framer = new Framer(Framer.MultiLine());
            Assert.Equal(expected, framer.Feed(text, text.Length));
            Assert.Equal(before.Length + (isTooLong ? 0 : length), framer.Position);
            Assert.Equal(before, framer.Records.FirstOrDefault(record => record[0] == '>') ?? "");
        }

        var endless = new Framer(Framer.MultiLine());
        Assert.Equal(PackEnd.Oversize, endless.Feed(Enumerable.Repeat((byte)'x', 1_024_001).ToArray(), 1_024_001));
    }

    [Fact]
    public void Records_share_a_Firehose_record_as_lines_do()
    {
        var framer = new Framer(Framer.MultiLine(), packing: new Packing(16, 6))
            .FeedAll(">a\n1\n>b\n2\n>c\n3\n>d\n>long record by itself\n4\n>e\n"u8.ToArray());
        Assert.Equal([">a\n1\n>b\n2\n>c\n3\n", ">d\n", ">long record by itself\n4\n", ">e\n"], framer.Records);
    }

    [Theory]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void A_long_line_is_judged_by_the_same_bytes_however_it_is_read(int letters)
    {
        var line = new string('x', letters) + "\r\n";
        foreach (var pattern in new[] { "x{1023}$", "x{1024}$", @"x+\r?$" })
        {
            var text = Encoding.UTF8.GetBytes(">first\n" + line + ">last\n");
            var settings = Framer.MultiLine($"^>|{pattern}");
            Assert.Equal(new Framer(settings).FeedAll(text).Records, new Framer(settings).FeedAll(text, 1).Records);
        }
    }

    [Fact]
    public void Framing_a_line_allocates_nothing()
    {
        var content = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 3000).Select(line => $"2026-01-02 order {line} failed é\n  at step one\n  at step two\n")));
        var limits = ServiceLimits.Firehose;
        var packing = new Packing(50_000, int.MaxValue);
        var framing = new Framings(Framer.MultiLine(@"^\d{4}-\d{2}-\d{2} "), limits, packing).Of(content, isWhole: true)!;
        var (pool, ring) = (new ChunkPool(64 << 20), Batching.Workbench.NewRing());
        var batch = Batching.Workbench.NewBatch(pool, packing: packing);
        PackAll();
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            PackAll();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void PackAll()
        {
            var (consumed, start) = (0, ring.End);
            for (var end = PackEnd.Full; end == PackEnd.Full;)
            {
                var framed = framing.Pack(batch, ring, content.AsSpan(consumed), start + consumed, Ending.Quiet);
                (consumed, end) = (consumed + framed.Bytes, framed.End);
                batch.CloseRecord();
                foreach (ref readonly var entry in batch.Entries)
                {
                    entry.Ring.Settle(entry.Ticket);
                }

                batch.Clear();
            }
        }
    }

    /// <summary>The same, the plain way.</summary>
    private static List<string> Expected(string text, int maxLines, int maxBytes)
    {
        var records = new List<string>();
        var lines = 0;
        foreach (var line in Regex.Matches(text, "[^\n]*\n|[^\n]+$").Select(match => match.Value.EndsWith('\n')
            ? match.Value
            : match.Value + "\n"))
        {
            if (records.Count == 0 || line[0] == '>' || lines == maxLines || records[^1].Length + line.Length > maxBytes)
            {
                records.Add("");
                lines = 0;
            }

            records[^1] += line;
            lines++;
        }

        return records;
    }
}
