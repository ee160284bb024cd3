using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.Foundation.Text;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class Utf8CutTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void Text_is_cut_between_two_characters_and_as_late_as_can_be()
    {
        var cases = from runes in Gen.Elements("a", "é", "€", "😀", "\0", "\u0800", "\uffff").ArrayOf(30)
                    from count in Gen.Choose(0, 30)
                    from most in Gen.Choose(4, 60)
                    select (text: string.Concat(runes[..count]), most);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var bytes = Encoding.UTF8.GetBytes(sample.text);
            var length = Utf8Cut.Length(bytes, sample.most);
            var expected = 0;
            foreach (var rune in sample.text.EnumerateRunes())
            {
                if (expected + rune.Utf8SequenceLength > sample.most)
                {
                    break;
                }

                expected += rune.Utf8SequenceLength;
            }

            Assert.Equal(expected, length);
            _ = Strict.GetString(bytes.AsSpan(0, length));
            _ = Strict.GetString(bytes.AsSpan(length));
        }), 2000);
    }

    [Fact]
    public void Whatever_the_bytes_are_the_cut_is_within_a_character_of_the_most()
    {
        var cases = from bytes in Gen.OneOf(Gen.Choose(0, 255), Gen.Choose(0x80, 0xBF), Gen.Elements(0xF0, 0xE2, 0xC3))
            .Select(value => (byte)value).ArrayOf(40)
                    from most in Gen.Choose(4, 40)
                    select (bytes, most);
        Holding.Always(Prop.ForAll(
            cases.ToArbitrary(), sample => Assert.InRange(Utf8Cut.Length(sample.bytes, sample.most), sample.most - 3, sample.most)), 2000);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80 }, 8, 8)] // continuations of nothing
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 0xC3, 0x28, 8, 9 }, 6, 6)] // a lead byte without its continuation
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 0xC3, 0xA9, 8, 9 }, 6, 5)] // a character of two bytes
    [InlineData(new byte[] { 1, 2, 3, 4, 0xF0, 0x9F, 0x98, 0x80 }, 7, 4)] // of four
    [InlineData(new byte[] { 1, 2, 3, 4, 0xF0, 0x9F, 0x98, 0x80 }, 8, 8)]
    [InlineData(new byte[] { 1, 2, 3, 4, 0xF0, 0x9F, 0x98 }, 6, 4)] // one that only begins here
    [InlineData(new byte[] { 1, 2, 3, 4, 0xED, 0xA0, 0x80, 8 }, 6, 6)] // half a pair of UTF-16: not UTF-8
    [InlineData(new byte[] { 1, 2, 3, 4, 0xFF, 0xFE, 0xFF, 8 }, 6, 6)]
    public void Bytes_that_are_not_UTF_8_are_cut_anywhere(byte[] bytes, int most, int expected) =>
        Assert.Equal(expected, Utf8Cut.Length(bytes, most));
}
