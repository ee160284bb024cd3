using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

public sealed class FlowClaimTests
{
    [Theory]
    [InlineData("/var/log/app.log", "/var/log/*.log", null)]
    [InlineData("/var/log/debug-1.log", null, "/var/log/debug*")]
    [InlineData("/var/log/app.txt", null, null)] // named by nothing, so there is nothing to leave out
    [InlineData("/srv/tmp/deep/app.log", null, "/srv/tmp")]
    [InlineData("/srv/live/deep/app.log", "/srv/**/*.log", null)]
    [InlineData("/var/log/app.log.gz", null, null)]
    public void A_flow_does_not_claim_what_it_leaves_out(string path, string? pattern, string? exclusion)
    {
        var flow = new FlowOptions
        {
            Name = "orders",
            Paths = ["/var/log/*.log", "/srv/**/*.log"],

            // Directories above a pattern's first wildcard are not compared, so /var excludes nothing.
            Exclude = ["/var/log/debug*", "/srv/tmp", "/var"],
        };

        var claim = Assert.Single(FlowClaim.Of(path, [flow], View()));

        Assert.Equal((pattern, exclusion), (claim.Pattern?.Text, claim.Exclusion?.Text));
    }

    [Fact]
    public void Another_pattern_may_name_a_path_that_one_meets_only_below_an_excluded_directory()
    {
        var flow = new FlowOptions { Name = "orders", Paths = ["/srv/**/*.log", "/srv/tmp/keep/*.log"], Exclude = ["/srv/tmp"] };

        var claim = Assert.Single(FlowClaim.Of("/srv/tmp/keep/app.log", [flow], View()));

        Assert.Equal(("/srv/tmp/keep/*.log", null), (claim.Pattern?.Text, claim.Exclusion?.Text));
    }

    private static CheckpointView View() => new() { Generation = 0, SnapshotAt = null, Streams = [], Damages = [] };
}
