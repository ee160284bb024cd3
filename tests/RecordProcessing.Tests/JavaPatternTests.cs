using System.Text.Json;
using Shipper.RecordProcessing.Agent;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Expressions of Java find here what Java 17.0.15 found: Golden/java-patterns.jsonl.</summary>
public sealed class JavaPatternTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    [Fact]
    public void An_expression_finds_what_Java_finds()
    {
        var lines = File.ReadAllLines(Path.Join(AppContext.BaseDirectory, "Golden", "java-patterns.jsonl"));
        Assert.Equal(164, lines.Length);
        var untranslatable = 0;
        Assert.All(lines, line =>
        {
            using var document = JsonDocument.Parse(line);
            var java = document.RootElement;
            var (pattern, input) = (java.GetProperty("pattern").GetString()!, java.GetProperty("input").GetString()!);
            if (java.TryGetProperty("error", out _))
            {
                Assert.True(Assert.Throws<JavaPatternException>(() => JavaPattern.Find(pattern, Timeout)).IsJavaError);
                return;
            }

            JavaPattern whole;
            try
            {
                whole = JavaPattern.WholeMatch(pattern, Timeout);
            }
            catch (JavaPatternException exception) when (!exception.IsJavaError)
            {
                untranslatable++;
                return;
            }

            var match = whole.For(input).Match(input);
            Assert.Equal(java.GetProperty("matches").GetBoolean(), match.Success);
            Assert.Equal(java.GetProperty("find").GetBoolean(), JavaPattern.Find(pattern, Timeout).For(input).IsMatch(input));
            Assert.Equal(
                java.GetProperty("groups").EnumerateArray().Select(group => group.GetString()),
                Enumerable.Range(1, match.Success ? whole.Groups : 0).Select(group => match.Groups[group])
                    .Select(group => group.Success ? group.Value : null));
            Assert.Equal(
                java.GetProperty("split").EnumerateArray().Select(field => field.GetString()).ToArray(), Split(pattern, input));
        });
        Assert.Equal(7, untranslatable);
    }

    [Theory]
    [InlineData(@"ab\X", 2)]
    [InlineData(@"\p{IsGreek}", 11)]
    [InlineData(@"a\N{DIGIT ONE}", 1)]
    [InlineData(@"a\b{g}", 1)]
    public void What_cannot_be_translated_is_refused_with_its_position(string pattern, int position)
    {
        var exception = Assert.Throws<JavaPatternException>(() => JavaPattern.Find(pattern, Timeout));
        Assert.False(exception.IsJavaError);
        Assert.Equal(position, exception.Position);
        Assert.Contains($"at offset {position}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"^\d{4}-\d{2}")]
    [InlineData(@"(?<ts>\d+)\h+\k<ts>")]
    [InlineData(@"[a[^b]&&\w]*+x{2,}?")]
    [InlineData(@"\Q[(*\E(?i:a)(?x) b # ) (")]
    [InlineData(@"]}{1,2}\x{1F600}\u0041\012\p{L}\PN")]
    [InlineData("a||b")]
    public void An_expression_that_Java_takes_is_no_error_of_Java(string pattern) =>
        Assert.True(Record.Exception(() => JavaPattern.Find(pattern, Timeout)) is null or JavaPatternException { IsJavaError: false });

    [Theory]
    [InlineData("(", 0)]
    [InlineData("a)", 1)]
    [InlineData("[a-", 0)]
    [InlineData("[]", 0)]
    [InlineData("[b-a]", 1)]
    [InlineData(@"[\1]", 1)]
    [InlineData("*a", 0)]
    [InlineData("a**", 2)]
    [InlineData("a|+", 2)]
    [InlineData("a{x}", 1)]
    [InlineData("a{2,1}", 1)]
    [InlineData("a{1", 1)]
    [InlineData(@"a\", 1)]
    [InlineData(@"\y", 0)]
    [InlineData(@"\x4", 0)]
    [InlineData("(?y)", 0)]
    [InlineData("(?<1>a)", 0)]
    [InlineData("(?<a>x)(?<a>y)", 7)]
    [InlineData(@"\k<a>(?<a>x)", 0)]
    public void An_expression_that_Java_refuses_is_an_error_of_Java_with_its_place(string pattern, int near)
    {
        var exception = Assert.Throws<JavaPatternException>(() => JavaPattern.Find(pattern, Timeout));
        Assert.True(exception.IsJavaError);
        Assert.InRange(exception.Position, near, pattern.Length);
    }

    [Fact]
    public void An_expression_that_takes_too_long_sends_the_record_as_it_was_read()
    {
        var chain = Chains.Of(new ProcessingOptions
        {
            Type = ProcessingType.PatternToJson,
            Compatibility = ProcessingCompatibility.Agent,
            Pattern = "(a|b|ab)*(c)",
            Names = ["x", "y"],
            MatchTimeout = TimeSpan.FromMilliseconds(50),
        });
        var record = string.Concat(Enumerable.Repeat("ab", 40)) + "\n";
        Assert.Equal(record, chain.Run(record));
        Assert.Equal(1, chain.Counts[0].Errors);
    }

    // What the step makes of the fields, from the names of as many members.
    private static string[] Split(string delimiter, string input)
    {
        var options = new ProcessingOptions
        {
            Type = ProcessingType.CsvToJson,
            Compatibility = ProcessingCompatibility.Agent,
            Delimiter = delimiter,
            Names = [.. Enumerable.Range(0, 20).Select(field => $"f{field}")],
        };
        using var document = JsonDocument.Parse(Chains.Of(options).Run(input + "\n")!);
        return
        [
            .. document.RootElement.EnumerateObject().Select(member => member.Value)
                .TakeWhile(value => value.ValueKind != JsonValueKind.Null).Select(value => value.GetString()!),
        ];
    }
}
