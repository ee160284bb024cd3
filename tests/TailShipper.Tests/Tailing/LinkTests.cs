using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Links and exclusions in a real directory.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("links-").FullName;
    private readonly string _logs;

    public LinkTests()
    {
        _logs = Directory.CreateDirectory(Path.Join(_top, "logs")).FullName;
        Directory.CreateDirectory(Path.Join(_top, "outside"));
        File.WriteAllText(Path.Join(_top, "outside", "secret.log"), "secret\n");
        File.WriteAllText(Path.Join(_logs, "app.log"), "line\n");
    }

    [Fact]
    public void A_link_that_leads_out_of_the_tree_is_not_followed_and_named()
    {
        File.CreateSymbolicLink(Path.Join(_logs, "out.log"), "../outside/secret.log");
        var snapshot = Scan("*.log");
        Assert.Equal(["app.log"], Names(snapshot));
        var (path, (reason, target)) = Assert.Single(snapshot.LeftOut);
        Assert.Equal((Path.Join(_logs, "out.log"), LeftOutReason.OutsideLink), (path, reason));
        Assert.EndsWith("/outside/secret.log", target, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_out_of_the_tree_is_followed_when_allowed()
    {
        File.CreateSymbolicLink(Path.Join(_logs, "out.log"), "../outside/secret.log");
        Directory.CreateSymbolicLink(Path.Join(_logs, "away"), "../outside");
        Assert.Equal(["app.log", "away/secret.log", "out.log"], Names(Scan("**/*.log", follow: true)));
        Assert.Equal(["app.log"], Names(Scan("**/*.log")));
    }

    [Fact]
    public void A_literal_name_is_held_to_its_directory_too()
    {
        File.CreateSymbolicLink(Path.Join(_logs, "current"), "../outside/secret.log");
        Assert.Empty(Scan("current").Files);
        Assert.Equal(["current"], Names(Scan("current", follow: true)));
    }

    [Fact]
    public void A_link_to_a_sibling_whose_name_begins_like_the_tree_leads_out_of_it()
    {
        Directory.CreateDirectory(_logs + "-old");
        File.WriteAllText(Path.Join(_logs + "-old", "a.log"), "old\n");
        Directory.CreateSymbolicLink(Path.Join(_logs, "old"), "../logs-old");
        Assert.Equal(["app.log"], Names(Scan("**/*.log")));
    }

    [Fact]
    public void The_directory_above_the_first_wildcard_may_be_a_link_itself()
    {
        var other = Path.Join(_top, "other");
        Directory.CreateSymbolicLink(other, "logs");
        Directory.CreateDirectory(Path.Join(_logs, "sub"));
        File.CreateSymbolicLink(Path.Join(_logs, "sub", "link.log"), "../app.log");
        var snapshot = new PatternScan(new PhysicalFileSystem(), PathPattern.Parse(other + "/**/*.log")).Run();
        Assert.Equal(["app.log", "sub/link.log"], snapshot.Files.Keys.Select(path => Path.GetRelativePath(other, path)).Order());
        Assert.Empty(snapshot.LeftOut);
    }

    [Fact]
    public void Names_of_one_inode_are_one_file()
    {
        File.CreateSymbolicLink(Path.Join(_logs, "link.log"), "app.log");
        HardLink(Path.Join(_logs, "app.log"), Path.Join(_logs, "hard.log"));
        var snapshot = Scan("*.log");
        Assert.Equal(["app.log", "hard.log", "link.log"], Names(snapshot));
        Assert.Single(snapshot.Files.Values.Select(stat => stat.Id).Distinct());
    }

    [Fact]
    public async Task Loops_of_directory_links_end_and_files_bear_their_own_path()
    {
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            Directory.CreateDirectory(Path.Join(_logs, name));
            File.WriteAllText(Path.Join(_logs, name, "x.log"), "x\n");
            foreach (var other in (string[])["a", "b", "c", "d", "."])
            {
                Directory.CreateSymbolicLink(Path.Join(_logs, name, "0-" + other.Replace('.', '_')), Path.Join("..", other));
            }
        }

        var snapshot = await Task.Run(() =>
            Scan("**/*.log"), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20),
                TestContext.Current.CancellationToken);
        Assert.Equal(["a/x.log", "app.log", "b/x.log", "c/x.log", "d/x.log"], Names(snapshot));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_no_file()
    {
        File.CreateSymbolicLink(Path.Join(_logs, "dangling.log"), "gone.log");
        Assert.Equal(["app.log"], Names(Scan("*.log")));
    }

    [Fact]
    public void Excluded_files_and_all_below_excluded_directories_are_left_out()
    {
        Directory.CreateDirectory(Path.Join(_logs, "tmp", "deep"));
        File.WriteAllText(Path.Join(_logs, "tmp", "deep", "a.log"), "a\n");
        File.WriteAllText(Path.Join(_logs, "debug-1.log"), "d\n");
        File.WriteAllText(Path.Join(_logs, "tmp.log"), "t\n");
        var rules = new ScanRules([.. PathPattern.Parse(_logs + "/{tmp,debug-*.log}")], FollowLinks: false);
        Assert.Equal(["app.log", "tmp.log"],
            Names(new PatternScan(new PhysicalFileSystem(), PathPattern.Parse(_logs + "/**/*.log"), rules).Run()));
    }

    [Fact]
    public void A_name_that_is_odd_is_listed_as_it_is()
    {
        File.WriteAllText(Path.Join(_logs, "žluť ½.log"), "odd\n");
        Assert.Equal(["app.log", "žluť ½.log"], Names(Scan("*.log")));
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);

    private static void HardLink(string existing, string name)
    {
        using var link = System.Diagnostics.Process.Start("ln", [existing, name]);
        link.WaitForExit();
    }

    private ScanSnapshot Scan(string pattern, bool follow = false) =>
        new PatternScan(new PhysicalFileSystem(), PathPattern.Parse($"{_logs}/{pattern}"), new ScanRules([], follow)).Run();

    private IEnumerable<string> Names(ScanSnapshot snapshot) =>
        snapshot.Files.Keys.Select(path => Path.GetRelativePath(_logs, path)).Order(StringComparer.Ordinal);
}
