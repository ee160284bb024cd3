using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Comma-separated values with real quoting.</summary>
public sealed class CsvToJsonTests
{
    private static ProcessingOptions Csv(params string[] names) => new() { Type = ProcessingType.CsvToJson, Names = [.. names] };

    [Theory]
    [InlineData("1,2,3\n", """{"a":"1","b":"2","c":"3"}""")]
    [InlineData("1,2,3\r\n", """{"a":"1","b":"2","c":"3"}""")]
    [InlineData("1,2,3", """{"a":"1","b":"2","c":"3"}""")]
    [InlineData(",,\n", """{"a":"","b":"","c":""}""")]
    [InlineData("1\n", """{"a":"1","b":null,"c":null}""")]
    [InlineData("1,\"x, y\",3\n", """{"a":"1","b":"x, y","c":"3"}""")]
    [InlineData("1,\"say \"\"hi\"\"\",3\n", """{"a":"1","b":"say \"hi\"","c":"3"}""")]
    [InlineData("1,\"\",3\n", """{"a":"1","b":"","c":"3"}""")]
    [InlineData("1,\"\"\"\"\"\",3\n", """{"a":"1","b":"\"\"","c":"3"}""")]
    [InlineData("1,5\" pipe,3\n", """{"a":"1","b":"5\" pipe","c":"3"}""")]
    [InlineData("1,\"two\nlines\",3\n", """{"a":"1","b":"two\nlines","c":"3"}""")]
    [InlineData("1,C:\\x\t,Größe\n", """{"a":"1","b":"C:\\x\t","c":"Größe"}""")]
    public void A_line_becomes_an_object(string line, string json) => Assert.Equal(json + "\n", Chains.Of(Csv("a", "b", "c")).Run(line));

    [Theory]
    [InlineData("1,2,3\n")]
    [InlineData("1,\"2\n")]
    [InlineData("\"1\" ,2\n")]
    [InlineData("\n")]
    public void A_line_that_does_not_fit_is_kept_as_it_is(string line)
    {
        var chain = Chains.Of(Csv("a", "b"));
        Assert.Equal(line, chain.Run(line));
        Assert.Equal(1, chain.Counts[0].Unmatched);
    }

    [Fact]
    public void Named_fields_get_their_type()
    {
        var options = Csv("n", "b", "x", "t");
        (options.Numbers, options.Booleans, options.NullValues) = (["n", "x"], ["b"], ["NA"]);
        var chain = Chains.Of(options);
        Assert.Equal("{\"n\":7,\"b\":true,\"x\":1.50,\"t\":\"007\"}\n", chain.Run("007,TRUE,+1.50,007\n"));
        Assert.Equal("{\"n\":null,\"b\":null,\"x\":-3,\"t\":null}\n", chain.Run(",,-3,NA\n"));
        Assert.Equal("{\"n\":\"n/a\",\"b\":\"maybe\",\"x\":\".\",\"t\":\"\"}\n", chain.Run("n/a,maybe,.,\n"));
    }

    [Fact]
    public void Inferred_values_keep_identifiers_as_text()
    {
        var options = Csv("a", "b", "c", "d", "e");
        options.Values = ValueTyping.Infer;
        var chain = Chains.Of(options);
        Assert.Equal("{\"a\":1,\"b\":-2.5,\"c\":true,\"d\":null,\"e\":\"x\"}\n", chain.Run("1,-2.5,true,,x\n"));
        Assert.Equal(
            "{\"a\":\"007\",\"b\":\"12345678901234567890\",\"c\":\"1e9\",\"d\":\"7\",\"e\":\"+1\"}\n",
            chain.Run("007,12345678901234567890,1e9,\"7\",+1\n"));
    }

    [Fact]
    public void Bytes_that_are_not_text_are_replaced_and_counted()
    {
        var chain = Chains.Of(Csv("a", "b"));
        var processed = chain.Process([(byte)'x', 0xA3, (byte)',', (byte)'y', (byte)'\n'], Chains.Origin);
        Assert.Equal("{\"a\":\"x\uFFFD\",\"b\":\"y\"}\n"u8, processed.Bytes);
        Assert.Equal(1, chain.Counts[0].InvalidText);
    }
}
