using System.Diagnostics;
using System.Text;
using Shipper.TailShipper.Framing;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class StartLineTests
{
    [Theory]
    [InlineData(@"\d{4}", "2026 x", true)]
    [InlineData(@"\d{4}", "x 2026", false)] // at the line's start, anchored or not
    [InlineData(@"^\d{4}", "2026", true)]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "xb", false)]
    [InlineData("^end$", "end\r\n", true)]
    [InlineData("^end$", "end\n", true)]
    [InlineData("^end$", "end \n", false)]
    [InlineData(@"^\S", " at", false)]
    [InlineData(@"^\S", "\n", false)]
    [InlineData("^$", "\r\n", true)]
    [InlineData("(?i)error", "ERROR", true)]
    [InlineData("(?x) ab c # a comment at its end", "abc", true)]
    [InlineData("(?x) ab c # a comment at its end", "xabc", false)]
    [InlineData("^é.é", "é\u20acé", true)]
    public void A_pattern_matches_at_the_start_of_a_line(string pattern, string line, bool matches) =>
        Assert.Equal(matches, StartLine.Parse(pattern, isLatin1: false).IsMatch(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Latin_1_lines_are_matched_as_such()
    {
        Assert.True(StartLine.Parse("^ö", isLatin1: true).IsMatch([0xF6]));
        Assert.False(StartLine.Parse("^ö", isLatin1: false).IsMatch([0xF6]));
    }

    [Fact]
    public void The_first_1024_bytes_of_a_line_are_looked_at()
    {
        var line = Encoding.UTF8.GetBytes(new string('x', 1023) + "yz");
        Assert.True(StartLine.Parse("x+y", isLatin1: false).IsMatch(line));
        Assert.False(StartLine.Parse("x+yz", isLatin1: false).IsMatch(line));
        Assert.True(StartLine.Parse("x+y$", isLatin1: false).IsMatch(line));
    }

    [Theory]
    [InlineData("(", "is not a regular expression")]
    [InlineData("[a", "is not a regular expression")]
    [InlineData("a)(?:b", "is not a regular expression")]
    [InlineData("(?=a)", "cannot be matched without backtracking")]
    [InlineData(@"(a)\1", "cannot be matched without backtracking")]
    [InlineData("((a{1,1000}){1,1000}){1,1000}", "cannot be matched without backtracking")]
    public void A_pattern_that_cannot_be_used_says_why(string pattern, string reason)
    {
        var problem = Assert.Throws<FormatException>(() => StartLine.Parse(pattern, isLatin1: false));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pattern_hangs()
    {
        var start = StartLine.Parse("^(a+)+$", isLatin1: false);
        var line = Encoding.UTF8.GetBytes(new string('a', 1000) + "b");
        var clock = Stopwatch.StartNew();
        Assert.False(start.IsMatch(line));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // with backtracking: longer than the universe
    }
}
