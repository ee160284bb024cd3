using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>What the shipper writes itself is never shipped, or there would be more of it without end.</summary>
public sealed class OwnFileTests : IDisposable
{
    private static readonly OwnFiles Own = new(["/var/lib/tailshipper"], ["/var/log/tailshipper/tailshipper.log", "/var/log/metrics.log"]);

    private readonly SimulatedDisk _disk = new(TimeProvider.System);
    private readonly string _root = Directory.CreateTempSubdirectory("own-files-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("/var/lib/tailshipper", true)]
    [InlineData("/var/lib/tailshipper/dead-letters/orders-20261128.jsonl", true)]
    [InlineData("/var/lib/tailshipper2/app.log", false)]
    [InlineData("/var/log/tailshipper/tailshipper.log", true)]
    [InlineData("/var/log/tailshipper/tailshipper20261128.log", true)]
    [InlineData("/var/log/tailshipper/tailshipper20261128_001.log", true)]
    [InlineData("/var/log/tailshipper/tailshipper-app.log", false)]
    [InlineData("/var/log/metrics20261128.log", true)]
    [InlineData("/var/log/metrics-of-others.log", false)]
    [InlineData("/var/log/app.log", false)]
    public void They_are_known_by_path_with_what_they_are_rolled_to(string path, bool isOwn) => Assert.Equal(isOwn, Own.Holds(path));

    [Fact]
    public void They_are_left_out_whatever_the_patterns_say_and_named()
    {
        foreach (var path in new[]
        {
            "/var/log/app.log", "/var/log/metrics.log", "/var/log/metrics20261128.log",
            "/var/log/tailshipper/tailshipper20261128.log",
            "/var/log/tailshipper/other.log", "/var/lib/tailshipper/tailshipper.log", "/var/lib/tailshipper/dead-letters/a-20261128.jsonl",
        })
        {
            _disk.Append(path, "line\n");
        }

        var seen = Scan("/var/**/*", Own);
        Assert.Equal(["/var/log/app.log", "/var/log/tailshipper/other.log"], seen.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "/var/lib/tailshipper", "/var/log/metrics.log", "/var/log/metrics20261128.log",
                "/var/log/tailshipper/tailshipper20261128.log",
            ],
            seen.LeftOut.Keys.Order(StringComparer.Ordinal));
        Assert.All(seen.LeftOut.Values, path => Assert.Equal(LeftOutReason.Own, path.Reason));
        Assert.Empty(Scan("/var/lib/tailshipper/tailshipper.log", Own).Files);
        Assert.Equal(7, Scan("/var/**/*", null).Files.Count);
    }

    [Fact]
    public void They_are_found_behind_links_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        var state = Directory.CreateDirectory(Path.Join(_root, "state")).FullName;
        var logs = Directory.CreateDirectory(Path.Join(_root, "logs")).FullName;
        File.WriteAllText(Path.Join(state, "metrics.log"), "own\n");
        File.WriteAllText(Path.Join(logs, "app.log"), "line\n");
        Directory.CreateSymbolicLink(Path.Join(logs, "state"), state);
        File.CreateSymbolicLink(Path.Join(logs, "metrics.log"), Path.Join(state, "metrics.log"));
        var rules = new ScanRules([], FollowLinks: true) { Own = new OwnFiles([state], []) };
        var seen = new PatternScan(new PhysicalFileSystem(), PathPattern.Parse(logs + "/**/*.log"), rules).Run();

        Assert.Equal([Path.Join(logs, "app.log")], seen.Files.Keys);
        Assert.Equal(2, seen.LeftOut.Count);
    }

    private ScanSnapshot Scan(string pattern, OwnFiles? own) =>
        new PatternScan(_disk, PathPattern.Parse(pattern), ScanRules.Default with { Own = own }).Run();
}
