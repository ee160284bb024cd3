using System.Text;
using Shipper.TailShipper.Framing;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class FirstLineTests
{
    [Theory]
    [InlineData("", false, 0, false, false)]
    [InlineData("", true, 0, false, false)]
    [InlineData("\n", false, 1, true, true)]
    [InlineData("ab\n", false, 3, true, true)]
    [InlineData("ab\ncd\n", false, 3, true, true)]
    [InlineData("ab", false, 2, false, false)]
    [InlineData("ab", true, 2, false, true)]
    [InlineData("a\r\0b\nc", true, 5, true, true)]
    public void A_line_ends_with_its_newline_or_with_the_file(string text, bool isFinal, int bytes, bool hasNewline, bool isComplete) =>
        Assert.Equal(new FirstLine(bytes, hasNewline, isComplete), FirstLine.Of(Encoding.Latin1.GetBytes(text), isFinal));

    [Theory]
    [InlineData("1234\n", false, false)]
    [InlineData("12345\n", false, true)]
    [InlineData("1234", true, false)]
    [InlineData("12345", true, true)]
    [InlineData("12345", false, false)]
    [InlineData("123456", false, true)]
    public void A_line_is_too_long_when_it_and_its_newline_exceed_a_record(string text, bool isFinal, bool isOversize) =>
        Assert.Equal(isOversize, FirstLine.Of(Encoding.ASCII.GetBytes(text), isFinal).IsOversize(5));
}
