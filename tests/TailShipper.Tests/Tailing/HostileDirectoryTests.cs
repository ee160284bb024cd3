using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A directory whose owner wants files read that only the shipper may read.</summary>
public sealed class HostileDirectoryTests : IDisposable
{
    private const uint Stranger = 64_001;
    private const uint Other = 64_002;

    private readonly string _top = Directory.CreateTempSubdirectory("hostile-").FullName;
    private readonly string _logs;
    private readonly string _secret;
    private readonly FlowFiles _files;

    public HostileDirectoryTests()
    {
        _logs = Directory.CreateDirectory(Path.Join(_top, "logs")).FullName;
        _secret = Path.Join(Directory.CreateDirectory(Path.Join(_top, "outside")).FullName, "secret.log");
        File.WriteAllText(_secret, "secret\n");
        File.WriteAllText(Path.Join(_logs, "app.log"), "line\n");
        _files = Files(followLinks: false);
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);

    [Fact]
    public async Task A_file_that_is_swapped_for_a_link_all_the_time_is_never_read_through_the_link()
    {
        Scan("*.log");
        var (name, file, link) = (Path.Join(_logs, "app.log"), Path.Join(_logs, "file.tmp"), Path.Join(_logs, "link.tmp"));
        using var over = new CancellationTokenSource();
        var swapping = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    File.CreateSymbolicLink(link, _secret);
                    File.Move(link, name, overwrite: true);
                    File.WriteAllText(file, "line\n");
                    File.Move(file, name, overwrite: true);
                }
            },
            TestContext.Current.CancellationToken);
        var (lines, refused) = (0, 0);
        while (lines < 2000 || refused < 200)
        {
            var attempt = _files.Open(name);
            using var opened = attempt.File;
            var text = new byte[100];
            var read = opened?.Read(text, 0) ?? 0;
            Assert.DoesNotContain("secret", System.Text.Encoding.ASCII.GetString(text, 0, read), StringComparison.Ordinal);
            (lines, refused) = (lines + (opened is null ? 0 : 1), refused + (opened is null ? 1 : 0));
        }

        await over.CancelAsync();
        await swapping;
    }

    [Fact]
    public async Task A_pipe_that_is_swapped_for_a_file_all_the_time_keeps_nobody_waiting()
    {
        Neighbor.Needed();
        Scan("*.log");
        var (name, file, pipe) = (Path.Join(_logs, "app.log"), Path.Join(_logs, "file.tmp"), Path.Join(_logs, "pipe.tmp"));
        using var over = new CancellationTokenSource();
        var swapping = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    Neighbor.MakePipe(pipe);
                    File.Move(pipe, name, overwrite: true);
                    File.WriteAllText(file, "line\n");
                    File.Move(file, name, overwrite: true);
                }
            },
            TestContext.Current.CancellationToken);
        var opening = Task.Run(
            () =>
            {
                var (lines, refused) = (0, 0);
                while (lines < 300 || refused < 300)
                {
                    var attempt = _files.Open(name);
                    using var opened = attempt.File;
                    Assert.True(opened is not null || attempt.Status is PathStatus.NotAFile or PathStatus.Unavailable, $"{attempt.Status}");
                    Assert.True(opened is null || opened.Read(new byte[100], 0) is 0 or 5);
                    (lines, refused) = (lines + (opened is null ? 0 : 1), refused + (opened is null ? 1 : 0));
                }
            },
            TestContext.Current.CancellationToken);
        await opening.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await over.CancelAsync();
        await swapping;
    }

    [Fact]
    public void Sockets_pipes_and_devices_are_no_files()
    {
        Neighbor.Needed(asRoot: true);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Join(_logs, "socket.log")));
        Neighbor.MakePipe(Path.Join(_logs, "pipe.log"));
        Directory.CreateDirectory(Path.Join(_logs, "directory.log"));
        var devices = Neighbor.TryMakeDevice(Path.Join(_logs, "zero.log"), major: 1, minor: 5); // not in every container
        string[] names = ["socket.log", "pipe.log", "directory.log", .. devices ? (string[])["zero.log"] : []];
        Assert.Equal(Path.Join(_logs, "app.log"), Assert.Single(Scan("*.log").Files).Key);
        Assert.All(names, name => Assert.Null(_files.Open(Path.Join(_logs, name)).File));
    }

    [Fact]
    public void What_lies_outside_is_refused_however_it_is_reached_and_what_lies_inside_is_opened()
    {
        Directory.CreateDirectory(Path.Join(_logs, "sub"));
        File.WriteAllText(Path.Join(_logs, "sub", "in.log"), "line\n");
        File.CreateSymbolicLink(Path.Join(_logs, "absolute.log"), _secret);
        File.CreateSymbolicLink(Path.Join(_logs, "relative.log"), "../outside/secret.log");
        Directory.CreateSymbolicLink(Path.Join(_logs, "away"), "../outside");
        File.CreateSymbolicLink(Path.Join(_logs, "inside.log"), Path.Join(_logs, "sub", "in.log"));
        File.CreateSymbolicLink(Path.Join(_logs, "near.log"), "sub/../sub/in.log");
        Scan("**/*.log");
        foreach (var name in (string[])["absolute.log", "relative.log", "away/secret.log"])
        {
            var attempt = _files.Open(Path.Join(_logs, name));
            Assert.Equal((PathStatus.Unavailable, null), (attempt.Status, attempt.File));
            Assert.Contains("out of the directory tree of its pattern", attempt.Reason, StringComparison.Ordinal);
            using var followed = Files(followLinks: true).Open(Path.Join(_logs, name)).File;
            Assert.NotNull(followed);
        }

        foreach (var name in (string[])["app.log", "sub/in.log", "inside.log", "near.log"])
        {
            using var opened = _files.Open(Path.Join(_logs, name)).File;
            Assert.True(opened is not null, name);
        }

        Assert.Equal(PathStatus.Missing, _files.Open(Path.Join(_logs, "gone.log")).Status);
        Assert.Equal(PathStatus.NotAFile, _files.Open(Path.Join(_logs, "sub")).Status);
    }

    [Fact]
    public void A_deleted_file_is_judged_by_where_it_was()
    {
        File.WriteAllText(Path.Join(_logs, "one.log"), "line\n");
        File.CreateSymbolicLink(Path.Join(_logs, "link.log"), Path.Join(_logs, "one.log"));
        Scan("*.log");
        using var opened = _files.Open(Path.Join(_logs, "link.log")).File;
        File.Delete(Path.Join(_logs, "one.log"));
        Assert.NotNull(opened);
        Assert.Null(opened.Locate());
    }

    [Fact]
    public void Beside_the_trees_the_last_name_is_no_link()
    {
        Scan("*.log");
        var archive = Directory.CreateDirectory(Path.Join(_top, "archive")).FullName;
        File.WriteAllText(Path.Join(archive, "app.log.1"), "old\n");
        File.CreateSymbolicLink(Path.Join(archive, "app.log.2"), _secret);
        using var opened = _files.Open(Path.Join(archive, "app.log.1")).File;
        Assert.NotNull(opened);
        Assert.Null(_files.Open(Path.Join(archive, "app.log.2")).File);
    }

    [Fact]
    public void A_root_that_becomes_a_link_is_refused_until_it_is_a_directory_again()
    {
        Assert.Single(Scan("*.log").Files);
        Directory.Move(_logs, _logs + "-away");
        Directory.CreateSymbolicLink(_logs, "outside");
        var refused = Scan("*.log");
        Assert.Empty(refused.Files);
        Assert.Contains("it was a directory and is a link now", Assert.Single(refused.Unavailable).Value, StringComparison.Ordinal);
        Assert.True(refused.IsUnknown(Path.Join(_logs, "app.log")), "streams of before would count as gone");
        Assert.Null(_files.Open(Path.Join(_logs, "secret.log")).File);

        Directory.Delete(_logs);
        Directory.Move(_logs + "-away", _logs);
        Assert.Single(Scan("*.log").Files);

        // Moved away and made anew.
        Directory.Move(_logs, _logs + "-old");
        Directory.CreateDirectory(_logs);
        File.WriteAllText(Path.Join(_logs, "new.log"), "line\n");
        Assert.Single(Scan("*.log").Files);
        using var opened = _files.Open(Path.Join(_logs, "new.log")).File;
        Assert.NotNull(opened);
    }

    [Fact]
    public void A_root_behind_a_link_that_was_there_before_is_read()
    {
        Directory.CreateSymbolicLink(Path.Join(_top, "current"), "logs");
        var snapshot = new PatternScan(_files, PathPattern.Parse(Path.Join(_top, "current", "*.log"))).Run();
        using var opened = _files.Open(Assert.Single(snapshot.Files).Key).File;
        Assert.NotNull(opened);
    }

    [Fact]
    public void A_link_of_a_stranger_on_the_way_to_a_root_is_refused()
    {
        Neighbor.Needed(asRoot: true);
        var link = Path.Join(_top, "current");
        Directory.CreateSymbolicLink(link, "outside");
        Neighbor.Own(link, Stranger);
        Neighbor.Own(Path.Join(_top, "outside"), Other);
        var refused = new PatternScan(_files, PathPattern.Parse(Path.Join(link, "*.log"))).Run();
        Assert.Contains($"{link} is a link that belongs neither", Assert.Single(refused.Unavailable).Value, StringComparison.Ordinal);

        // His own directory he may link to.
        Neighbor.Own(Path.Join(_top, "outside"), Stranger);
        Assert.Single(new PatternScan(_files, PathPattern.Parse(Path.Join(link, "*.log"))).Run().Files);
    }

    [Fact]
    public void A_root_whose_owner_changes_to_a_stranger_is_refused()
    {
        Neighbor.Needed(asRoot: true);
        Neighbor.Own(_logs, Stranger);
        Assert.Single(Scan("*.log").Files);
        Neighbor.Own(_logs, Other);
        Assert.Contains("belongs to user 64002 now", Assert.Single(Scan("*.log").Unavailable).Value, StringComparison.Ordinal);
        Neighbor.Own(_logs, 0);
        Assert.Single(Scan("*.log").Files);
    }

    [Fact]
    public void A_second_name_of_a_file_that_the_directorys_owner_may_not_read_is_refused()
    {
        Neighbor.Needed(asRoot: true);
        Neighbor.Own(_logs, Stranger);
        Neighbor.HardLink(_secret, Path.Join(_logs, "hard.log"));
        Neighbor.HardLink(Path.Join(_logs, "app.log"), Path.Join(_logs, "own.log"));
        Neighbor.Own(Path.Join(_logs, "app.log"), Stranger);
        Neighbor.Permit(_secret, 0x180); // 0600
        Scan("*.log");
        var attempt = _files.Open(Path.Join(_logs, "hard.log"));
        Assert.Null(attempt.File);
        Assert.Contains("second name of a file of user 0, which user 64001", attempt.Reason, StringComparison.Ordinal);
        using var own = _files.Open(Path.Join(_logs, "own.log")).File;
        Assert.NotNull(own);
        Neighbor.Permit(_secret, 0x184); // 0604
        using var public_ = _files.Open(Path.Join(_logs, "hard.log")).File;
        Assert.NotNull(public_);
    }

    private static FlowFiles Files(bool followLinks) => new(
        new PhysicalFileSystem(), new HandleBudget(1000, TimeProvider.System, NullLogger.Instance), followLinks);

    private ScanSnapshot Scan(string pattern) => new PatternScan(_files, PathPattern.Parse($"{_logs}/{pattern}")).Run();
}
