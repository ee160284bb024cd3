using Shipper.TailShipper.Tailing.Discovery;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class PatternCoverTests
{
    [Theory]
    [InlineData("/logs/*.log", "/logs/*.log")]
    [InlineData("/logs/*.log", "/logs/app-*.log")]
    [InlineData("/logs/app*", "/logs/app-?.log")]
    [InlineData("/logs/[ab].log", "/logs/a.log")]
    [InlineData("/logs", "/logs/**/x/*.log")]
    [InlineData("/logs/*", "/logs/old/*.log")]
    [InlineData("/logs/**/*.log", "/logs/**/*.log")]
    [InlineData("/logs/**/*.log", "/logs/a/b/c.log")]
    [InlineData("/logs/.*", "/logs/.hidden")]
    public void What_is_surely_left_out_whole_is_recognised(string wide, string narrow) => Assert.True(PatternCover.Covers(wide, narrow));

    [Theory]
    [InlineData("/logs/?.log", "/logs/*.log")]
    [InlineData("/logs/[!x]*.log", "/logs/*.log")]
    [InlineData("/logs/a.log", "/logs/*.log")]
    [InlineData("/logs/*.log", "/logs/*")]
    [InlineData("/logs/*", "/logs/.hidden")]
    [InlineData("/logs/*/a.log", "/logs/**/a.log")]
    [InlineData("/logs/**/x.log", "/logs/.git/x.log")]
    [InlineData("/logs/ab*bc", "/logs/abc")]
    [InlineData("/log", "/logs/a.log")]
    [InlineData("/logs/a/b/c.log", "/logs/a/b")]
    public void In_doubt_something_is_left(string wide, string narrow) => Assert.False(PatternCover.Covers(wide, narrow));
}
