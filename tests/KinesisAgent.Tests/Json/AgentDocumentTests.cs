using System.Text;
using Shipper.KinesisAgent.Json;
using Xunit;

namespace KinesisAgent.Tests.Json;

public sealed class AgentDocumentTests
{
    public static TheoryData<string> Encodings =>
    [
        "utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE",
    ];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_encoding_of_JSON_is_recognized_with_and_without_a_mark(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = encoding.GetBytes("{ \"größe\": \"ü\" } rest");

        Assert.Equal("ü", AgentDocument.Parse(text).GetProperty("größe").GetString());
        Assert.Equal("ü", AgentDocument.Parse([.. encoding.GetPreamble(), .. text]).GetProperty("größe").GetString());
    }

    [Theory]
    [InlineData("{ \"a\": 1,\n  \"b\" 2 }", "line 2, byte 7")]
    [InlineData("{ \"a\": [1, 2 ", "line 1")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{ \"a\": \"\\ud800\" }", "half of a surrogate pair")]
    public void What_is_no_object_is_refused_with_its_place(string text, string reason) =>
        Assert.Contains(
            reason, Assert.Throws<FormatException>(() => AgentDocument.Parse(Encoding.UTF8.GetBytes(text))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Invalid_UTF8_is_refused_with_its_place_also_in_a_comment()
    {
        var bytes = Encoding.Latin1.GetBytes("{ \"a\": 1,\n /* caf\u00e9 */ \"b\": 2 }");

        var exception = Assert.Throws<FormatException>(() => AgentDocument.Parse(bytes));

        Assert.Equal("it is not UTF-8, line 2, byte 8", exception.Message);
    }

    [Fact]
    public void What_follows_the_object_is_not_read() =>
        Assert.Equal(1, AgentDocument.Parse([.. "{\"a\":1}"u8, 0xFF, 0xFE, (byte)'{']).GetProperty("a").GetInt32());
}
