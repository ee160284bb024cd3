using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Xunit;

namespace Shipper.TailShipper.Tests.Output;

public sealed class TextWrapTests
{
    [Theory]
    [InlineData("short", "short")]
    [InlineData("  one two three four", "  one two|    three|    four")]
    [InlineData("one  two   three", "one  two|  three")]
    [InlineData("a/very/long/word/alone and more", "a/very/long/word/alone|  and more")]
    public void Lines_break_between_words_and_hang(string text, string lines) => Assert.Equal(lines.Split('|'), Wrapped(text, 12));

    [Fact]
    public void No_word_is_cut_and_none_is_lost_at_any_width()
    {
        const string text = "  the credentials need firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/orders; where";
        for (var width = 1; width < 130; width++)
        {
            var lines = Wrapped(text, width);
            Assert.Equal(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), lines.SelectMany(
                line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.All(lines, line => Assert.True(line.Length <= width || !line.Trim().Contains(' ', StringComparison.Ordinal), line));
        }
    }

    [Fact]
    public void What_is_hidden_is_shown_before_it_is_measured() => Assert.Equal([@"a\x1B[31mb", "  c"], Wrapped("a\u001b[31mb c", 11));

    [Theory]
    [InlineData("0.1.0+325bbc33ee1d6bc3402de528d198e2800218b6bf", "tailshipper 0.1.0 (325bbc33ee1d)")]
    [InlineData("0.1.0+abc", "tailshipper 0.1.0 (abc)")]
    [InlineData("0.1.0", "tailshipper 0.1.0")]
    public void The_version_names_the_program_and_the_commit(string version, string line) =>
        Assert.Equal(line, VersionText.Of("tailshipper", version));

    private static string[] Wrapped(string text, int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        output.ShowWrapped(text, width);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
