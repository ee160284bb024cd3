using System.Text.Json;
using Shipper.KinesisAgent.Json;
using Xunit;

namespace KinesisAgent.Tests.Json;

/// <summary>Compared with OpenJDK 17: Long.decode, String.valueOf.</summary>
public sealed class JavaValueTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("010", 8L)]
    [InlineData("-010", -8L)]
    [InlineData("+1000", 1000L)]
    [InlineData("0x10", 16L)]
    [InlineData("0XfF", 255L)]
    [InlineData("#3E8", 1000L)]
    [InlineData("-#10", -16L)]
    [InlineData("-0x8000000000000000", long.MinValue)]
    [InlineData("\uFF11\uFF10", 10L)]
    public void A_text_is_decoded_as_a_number(string text, long number) => Assert.Equal(number, JavaValue.Integer(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+-5")]
    [InlineData("0x")]
    [InlineData("0-7")]
    [InlineData("08")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("0x8000000000000000")]
    [InlineData("9223372036854775808")]
    public void What_is_no_number_is_none(string text) => Assert.Null(JavaValue.Integer(text));

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000.0")]
    [InlineData("12345678.9", "1.23456789E7")]
    [InlineData("0.0001", "1.0E-4")]
    [InlineData("-0.001", "-0.001")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("[1, \"a\", [null]]", "[1, a, [null]]")]
    [InlineData("{\"a\": 1, \"b\": {}, \"a\": 2}", "{a=2, b={}}")]
    public void A_value_has_the_text_that_Java_gives_it(string json, string text) =>
        Assert.Equal(text, JavaValue.Text(JsonDocument.Parse(json).RootElement));

    [Theory]
    [InlineData("T", true)]
    [InlineData("yEs", true)]
    [InlineData("1", true)]
    [InlineData("N", false)]
    [InlineData("0", false)]
    [InlineData("on", null)]
    [InlineData("1.0", null)]
    [InlineData("", null)]
    public void A_truth_value_is_one_of_ten_words(string text, bool? flag) => Assert.Equal(flag, JavaValue.Boolean(text));
}
