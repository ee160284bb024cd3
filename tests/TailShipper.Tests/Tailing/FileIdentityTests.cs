using System.Text;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class FileIdentityTests
{
    private const int Offset = 2000;

    public static TheoryData<string, int, string, bool> Rows => new()
    {
        { "untouched", 0, "Same", true },
        { "grown", 0, "Same", true },
        { "truncated", 0, "Truncated", false },
        { "other head", 0, "Replaced", false },
        { "other tail", 0, "Replaced", false },
        { "other generation", 1, "Replaced", true },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_table_of_verdicts(string what, int generation, string verdict, bool isContent)
    {
        var text = Lines.Of("a", 1, 200)[..Offset];
        var known = Of(text);
        var now = what switch
        {
            "grown" => text + "more\n",
            "truncated" => text[..(Offset - 1)],
            "other head" => "x" + text[1..],
            "other tail" => text[..(Offset - 1)] + "x",
            _ => text,
        };
        var (file, stat) = Open(now);

        Assert.Equal(verdict, known.Verify(file, stat with { Generation = known.Generation + generation }).ToString());
        Assert.Equal(isContent, known.IsContentOf(file, stat));
    }

    [Fact]
    public void A_generation_counts_only_where_both_sides_have_one()
    {
        var (file, stat) = Open("a line\n");

        Assert.Equal(FileVerdict.Same, (Of("a line\n") with { Generation = 0 }).Verify(file, stat));
        Assert.Equal(FileVerdict.Same, Of("a line\n").Verify(file, stat with { Generation = 0 }));
    }

    [Fact]
    public void Nothing_is_the_content_of_a_stream_without_head_or_tail()
    {
        var (file, stat) = Open("a line\n");

        Assert.False(new FileIdentity(0, default, 0, default).IsContentOf(file, stat));
        Assert.False((Of("a line\n") with { Tail = default }).IsContentOf(file, stat));
        Assert.True((Of("a line\n") with { Offset = 0, Tail = default }).IsContentOf(file, stat));
    }

    [Fact]
    public void What_was_not_read_of_a_short_file_may_change()
    {
        var known = Of("read\n") with { Head = Fingerprint.Of("read\nhalf a li"u8) };
        var (file, stat) = Open("read\nother");

        Assert.True(known.IsKnownByTail);
        Assert.Equal(FileVerdict.Same, known.Verify(file, stat));
    }

    [Fact]
    public void A_few_equal_bytes_within_a_line_prove_nothing()
    {
        var known = Of("1") with { Head = Fingerprint.Of("1740: a line"u8) };
        var (file, stat) = Open("1831: another");

        Assert.Equal(FileVerdict.Replaced, known.Verify(file, stat));
        Assert.False(known.IsContentOf(file, stat));
        Assert.False(Of("1").IsContentOf(file, stat));
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("one\ntwo\n", 8, 8)]
    [InlineData("one\ntwo\n", 4, 4)]
    [InlineData("one\ntwo\n", 5, 4)]
    [InlineData("one\ntwo\n", 3, 0)]
    [InlineData("one\nhalf", 8, 4)]
    [InlineData("no newline", 10, 0)]
    public void The_start_of_a_line_is_behind_the_newline_before_it(string text, int offset, int start) =>
        Assert.Equal(start, Newline.OneByte.LineStart(Open(text).File, offset));

    [Fact]
    public void The_start_of_a_long_line_is_found_across_many_reads()
    {
        var (file, stat) = Open("first\n" + new string('x', 20_000));

        Assert.Equal(6, Newline.OneByte.LineStart(file, stat.Size));
    }

    private static FileIdentity Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new FileIdentity(
            7, Fingerprint.Of(bytes.AsSpan(0, Math.Min(bytes.Length, Fingerprint.MaxLength))), bytes.Length,
            Fingerprint.Of(bytes.AsSpan(Math.Max(0, bytes.Length - Fingerprint.MaxLength))));
    }

    private static (ITailedFile File, FileStat Stat) Open(string text)
    {
        var disk = new SimulatedDisk(new SimulatedClock()) { LongestRead = 700 };
        disk.Append("/file", text);
        var attempt = disk.Open("/file");
        return (attempt.File!, attempt.Stat with { Generation = 7 });
    }
}
