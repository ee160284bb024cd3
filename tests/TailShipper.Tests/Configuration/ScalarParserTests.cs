using Shipper.Foundation.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ScalarParserTests
{
    [Theory]
    [InlineData(typeof(long), "99999999999999999999", true)]
    [InlineData(typeof(int?), "-99999999999", true)]
    [InlineData(typeof(long), "many", false)]
    [InlineData(typeof(long), "1e30", false)]
    [InlineData(typeof(double), "99999999999999999999", false)]
    [InlineData(typeof(int), "", false)]
    public void A_number_with_too_many_digits_is_still_a_number(Type type, string text, bool expected)
    {
        Assert.Equal(expected, ScalarParser.IsTooLong(type, text));
        Assert.False(expected && ScalarParser.TryParse(type, text, out _));
    }

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
