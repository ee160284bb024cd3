using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/logs/app.log", "/logs/app.log", true)]
    [InlineData("/logs/app.log", "/logs/app.log.1", false)]
    [InlineData("/logs/*.log", "/logs/app.log", true)]
    [InlineData("/logs/*.log", "/logs/.hidden.log", false)]
    [InlineData("/logs/.*.log", "/logs/.hidden.log", true)]
    [InlineData("/logs/*.log", "/logs/sub/app.log", false)]
    [InlineData("/logs/*.log", "/logs/app.log\n", false)]
    [InlineData("/logs/*/app.log", "/logs/sub/app.log", true)]
    [InlineData("/logs/*/app.log", "/logs/app.log", false)]
    [InlineData("/*/app.log", "/logs/app.log", true)]
    [InlineData("/logs/**/app.log", "/logs/app.log", true)]
    [InlineData("/logs/**/app.log", "/logs/a/b/c/app.log", true)]
    [InlineData("/logs/**/app.log", "/logs/a/.b/app.log", false)]
    [InlineData("/logs/app?.log", "/logs/app1.log", true)]
    [InlineData("/logs/?pp.log", "/logs/.pp.log", false)]
    [InlineData("/logs/app?.log", "/logs/app.log", false)]
    [InlineData("/logs/app[0-9].log", "/logs/app7.log", true)]
    [InlineData("/logs/app[!0-9].log", "/logs/app7.log", false)]
    [InlineData("/logs/app[^0-9].log", "/logs/appx.log", true)]
    [InlineData("/logs/[!a]*.log", "/logs/.b.log", false)]
    [InlineData("/logs/[.]b.log", "/logs/.b.log", false)]
    [InlineData("/logs/a[]x]b", "/logs/a]b", true)]
    [InlineData("/logs/a[!]x]b", "/logs/a]b", false)]
    [InlineData("/logs/a[!]x]b", "/logs/ayb", true)]
    [InlineData("/logs/a[[]b", "/logs/a[b", true)]
    [InlineData("/logs/a(1)+.log", "/logs/a(1)+.log", true)]
    [InlineData("/logs/a+*.log", "/logs/aa.log", false)]
    [InlineData("/var//logs/*.log", "/var/logs/a.log", true)]
    public void A_pattern_names_what_a_shell_would(string pattern, string path, bool named) =>
        Assert.Equal(named, PathPattern.Parse(pattern).Any(parsed => parsed.Matches(path)));

    [Fact]
    public void Braces_nest_and_multiply()
    {
        var texts = PathPattern.Parse("/logs/{a,{b,c}d}/{x,}y.log").Select(pattern => pattern.Text);

        Assert.Equal(["/logs/a/xy.log", "/logs/a/y.log", "/logs/bd/xy.log", "/logs/bd/y.log", "/logs/cd/xy.log", "/logs/cd/y.log"], texts);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("logs/*.log", "not an absolute path")]
    [InlineData("/logs/", "names a directory")]
    [InlineData("/logs/**", "names a directory")]
    [InlineData("/logs/app[0-9.log", "[ without its ]")]
    [InlineData("/logs/app[!].log", "[ without its ]")]
    [InlineData("/logs/app[z-a].log", "z-a")]
    [InlineData("/logs/{a,b.log", "{ without its }")]
    [InlineData("/logs/a,b}.log", "} without its {")]
    public void A_malformed_pattern_is_refused_in_words(string pattern, string words) =>
        Assert.Contains(words, Assert.ThrowsAny<FormatException>(() => PathPattern.Parse(pattern)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("/logs/**.log", "/logs/**/*.log")]
    [InlineData("/logs/app**.log", "/logs/**/app*.log")]
    [InlineData("/logs/**-x/y.log", "/logs/**/*-x/y.log")]
    [InlineData("/logs/a**", "/logs/**/a*")]
    [InlineData("/logs/***", "/logs/**/*")]
    [InlineData("/logs/***/y.log", "/logs/**/y.log")]
    [InlineData("/logs/{a,**b}.log", "/logs/**/*b.log")]
    [InlineData("/**a/**b.log", "/**/*a/**/*b.log")]
    [InlineData("/logs/a**b**c.log", "/logs/**/**/a*b*c.log")]
    public void Two_stars_beside_other_characters_are_refused_with_the_right_spelling(string pattern, string instead)
    {
        var thrown = Assert.Throws<PatternSpellingException>(() => PathPattern.Parse(pattern));
        Assert.Equal($"Write {instead}", thrown.Fix);
        Assert.NotEmpty(PathPattern.Parse(instead));
    }

    [Theory]
    [InlineData("/logs/[**]x.log", "/logs/*x.log")]
    [InlineData("/logs/*a*.log", "/logs/xay.log")]
    public void Two_stars_that_are_not_together_or_in_a_set_are_no_mistake(string pattern, string path) =>
        Assert.Contains(PathPattern.Parse(pattern), parsed => parsed.Matches(path));

    [Fact]
    public void What_a_pattern_matches_is_what_walking_the_disk_finds()
    {
        var names = Gen.Elements("a", "b", ".a", "ab", "a.log", "b.log", "[");
        var parts = Gen.Elements("a", "*", "?", "**", "[ab]", "[!a]*", "*.log", "{a,b}", "a*", ".*", "[");
        var paths = names.NonEmptyListOf().Where(path => path.Count <= 4).Select(path => "/" + string.Join('/', path));
        var cases = Gen.Zip(paths.ListOf(12),
            parts.NonEmptyListOf().Where(list => list.Count <= 4).Select(list => "/" + string.Join('/', list)));
        Prop.ForAll(cases.ToArbitrary(), test => Agree(test.Item1, test.Item2)).QuickCheckThrowOnFailure();
    }

    private static bool Agree(IEnumerable<string> paths, string text)
    {
        var disk = new SimulatedDisk(new SimulatedClock());
        foreach (var path in paths.Distinct())
        {
            var isDirectoryOfAnother = disk.Files.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal));
            var liesUnderFile = disk.Files.Keys.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal));
            if (!isDirectoryOfAnother && !liesUnderFile)
            {
                disk.Create(path);
            }
        }

        IReadOnlyList<PathPattern> patterns;
        try
        {
            patterns = PathPattern.Parse(text);
        }
        catch (FormatException)
        {
            return true;
        }

        var walked = new PatternScan(disk, patterns).Run().Files.Keys.Order(StringComparer.Ordinal);
        var matched = disk.Files.Keys.Where(path => patterns.Any(pattern => pattern.Matches(path))).Order(StringComparer.Ordinal);
        return walked.SequenceEqual(matched);
    }
}
