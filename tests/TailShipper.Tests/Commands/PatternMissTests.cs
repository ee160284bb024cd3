using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Tailing.Discovery;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

public sealed class PatternMissTests
{
    [Theory]
    [InlineData("/var/log/*.log", "/var/lib/a.log", "\"lib\" is not \"log\"")]
    [InlineData("/var/log/*.log", "/var/log/a.txt", "\"*.log\" does not stand for \"a.txt\"")]
    [InlineData("/var/log/*.log", "/var/log/.a.log", "\"*.log\" does not stand for \".a.log\": a leading dot is matched by a dot only")]
    [InlineData("/var/log/*.log", "/var/log/app/a.log", "\"*.log\" does not stand for \"app\"")]
    [InlineData("/var/*/a.log", "/var/log/app/a.log", "\"app\" is not \"a.log\"")]
    [InlineData("/var/*", "/var/log/app/a.log", "it ends before \"app/a.log\"; ** stands for directories of any depth")]
    [InlineData("/var/log/app/a.log", "/var/log/app", "it continues with \"a.log\" where the path ends")]
    [InlineData("/var/log/*/x/a.log", "/var/log/app", "it continues with \"x/a.log\" where the path ends")]
    [InlineData("/var/log/deep/*/a.log", "/var/log", "it continues with \"deep\" where the path ends")]
    [InlineData("/var/**/a.log", "/var/log/.hidden/a.log", "** does not go into \".hidden\", which begins with a dot")]
    [InlineData("/var/**/a-*.log", "/var/log/x/y/b.log", "\"a-*.log\" does not stand for \"b.log\"")]
    [InlineData("/srv/*.log", "/other", "\"other\" is not \"srv\"")]
    public void It_says_which_part_does_not_fit(string pattern, string path, string expected)
    {
        var parsed = Assert.Single(PathPattern.Parse(pattern));
        Assert.False(parsed.Matches(path));
        Assert.Equal(expected, PatternMiss.Of(parsed, path).Text);
    }

    [Fact]
    public void The_nearest_pattern_is_the_one_that_fits_furthest()
    {
        var patterns = new[] { "/srv/*.log", "/var/log/orders/{a,b}.log", "/var/log/*.txt" }.SelectMany(PathPattern.Parse);
        var miss = PatternMiss.Nearest(patterns, "/var/log/orders/c.log");
        Assert.Equal(("/var/log/orders/a.log", "\"c.log\" is not \"a.log\""), (miss?.Pattern, miss?.Text));
        Assert.Null(PatternMiss.Nearest([], "/a"));
    }

    [Fact]
    public void What_a_pattern_names_is_no_miss_and_what_it_does_not_name_is_one_for_random_paths()
    {
        var random = new Random(1);
        string[] parts = ["a", "b.log", ".c", "*", "?", "[ab]", "**", "*.log", ".*"];
        for (var run = 0; run < 20_000; run++)
        {
            var text = "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(parts.Length)]));
            if (text.EndsWith("**", StringComparison.Ordinal))
            {
                continue;
            }

            var pattern = PathPattern.Parse(text)[0];
            var path = "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(3)]));
            if (!pattern.Matches(path))
            {
                var miss = PatternMiss.Of(pattern, path);
                Assert.NotEmpty(miss.Text);
                Assert.InRange(miss.Reached, 0, path.Count(letter => letter == '/'));
            }
        }
    }
}
