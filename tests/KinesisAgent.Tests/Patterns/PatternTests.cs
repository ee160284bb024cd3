using Shipper.KinesisAgent.Patterns;
using Xunit;

namespace KinesisAgent.Tests.Patterns;

/// <summary>What Java's compiler of globs refuses; compared with OpenJDK 17.</summary>
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
}
