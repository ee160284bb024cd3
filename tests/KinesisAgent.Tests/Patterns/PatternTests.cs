using Shipper.KinesisAgent.Patterns;
using Xunit;

namespace KinesisAgent.Tests.Patterns;

/// <summary>What Java's two compilers of patterns refuse; compared with OpenJDK 17.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("a.log")]
    [InlineData("[^.]x")]
    [InlineData("[!-a]")]
    [InlineData("[a-]")]
    [InlineData("{a,b*,}.log")]
    [InlineData("a},]b")]
    [InlineData("\\{a\\}")]
    public void A_glob_that_Java_takes_is_taken(string glob) => Assert.NotEmpty(JavaGlob.Parse(glob).Parts);

    [Theory]
    [InlineData("[a", "a [ without its ]")]
    [InlineData("[]", "nothing in it")]
    [InlineData("[!]", "nothing in it")]
    [InlineData("[c-a]", "c-a, which is backwards")]
    [InlineData("[a-c-e]", "where no range begins")]
    [InlineData("{a,{b}}", "{ within { }")]
    [InlineData("{a,b", "a { without its }")]
    [InlineData("a\\", "ends with a backslash")]
    public void A_glob_that_Java_refuses_is_refused(string glob, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => JavaGlob.Parse(glob)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(@"^\d{4}-\d{2}")]
    [InlineData(@"(?<ts>\d+)\h+\k<ts>")]
    [InlineData(@"[a[^b]&&\w]*+x{2,}?")]
    [InlineData(@"\Q[(*\E(?i:a)(?x) b # ) (")]
    [InlineData(@"]}{1,2}\x{1F600}\u0041\012\p{L}\PN")]
    [InlineData("a||b")]
    public void An_expression_that_Java_takes_is_taken(string pattern) => JavaRegexSyntax.Check(pattern);

    [Theory]
    [InlineData("(", "a ( without its ) (character 1)")]
    [InlineData("a)", "a ) without its ( (character 2)")]
    [InlineData("[a-", "a [ without its ] (character 1)")]
    [InlineData("[]", "a [ without its ]")]
    [InlineData("[b-a]", "a range that is backwards")]
    [InlineData(@"[\1]", @"the unknown escape \1")]
    [InlineData("*a", "repeats nothing with its *")]
    [InlineData("a**", "repeats nothing with its *")]
    [InlineData("a|+", "repeats nothing with its +")]
    [InlineData("a{x}", "a { that is no count")]
    [InlineData("a{2,1}", "a count that is backwards")]
    [InlineData("a{1", "a { without its }")]
    [InlineData(@"a\", "ends with a backslash")]
    [InlineData(@"\y", @"the unknown escape \y")]
    [InlineData(@"\x4", "without its hexadecimal digits")]
    [InlineData("(?y)", "an unknown (? construct")]
    [InlineData("(?<1>a)", "a group whose name")]
    [InlineData("(?<a>x)(?<a>y)", "two groups called a")]
    [InlineData(@"\k<a>(?<a>x)", "names no group before it")]
    public void An_expression_that_Java_refuses_is_refused_with_its_place(string pattern, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => JavaRegexSyntax.Check(pattern)).Message, StringComparison.Ordinal);
}
