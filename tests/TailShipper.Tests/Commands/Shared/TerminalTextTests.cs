using System.Text;
using Shipper.TailShipper.Commands.Shared;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Shared;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("a\tb é 😀\n", "a\tb é 😀\n")]
    [InlineData("\u001b[31mred\r\u0007\0\u009b", @"\x1B[31mred\x0D\x07\x00\x9B")]
    public void Nothing_moves_the_cursor(string text, string shown) =>
        Assert.Equal(shown, TerminalText.Escape(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_is_not_UTF_8_is_shown_byte_by_byte() =>
        Assert.Equal(@"a\xFF\xC3(\xE2\x82", TerminalText.Escape([(byte)'a', 0xFF, 0xC3, (byte)'(', 0xE2, 0x82]));

    [Fact]
    public void A_reason_stays_on_its_line() => Assert.Equal(@"no\x0Agood", TerminalText.Escape("no\ngood"));
}
