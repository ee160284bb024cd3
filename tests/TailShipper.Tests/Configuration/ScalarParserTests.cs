using Shipper.Foundation.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ScalarParserTests
{
    [Theory]
    [InlineData("Saturday", DayOfWeek.Saturday)]
    [InlineData("saturday", DayOfWeek.Saturday)]
    [InlineData("SUNDAY", DayOfWeek.Sunday)]
    public void A_word_is_taken_whatever_its_case(string text, DayOfWeek expected)
    {
        Assert.True(ScalarParser.TryParse(typeof(DayOfWeek), text, out var value));
        Assert.Equal(expected, value);
        Assert.True(ScalarParser.TryParse(typeof(DayOfWeek?), text, out value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("+7")]
    [InlineData(" 1")]
    [InlineData(" Sunday")]
    [InlineData("Sunday ")]
    [InlineData("Sunday,Monday")]
    [InlineData("Monday, Tuesday")]
    [InlineData("0x1")]
    [InlineData("Sun")]
    [InlineData("")]
    public void What_is_none_of_the_words_is_refused(string text) => Assert.False(ScalarParser.TryParse(typeof(DayOfWeek), text, out _));
}
