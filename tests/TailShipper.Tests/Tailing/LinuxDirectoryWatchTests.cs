using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>The real inotify, on a real directory.</summary>
public sealed class LinuxDirectoryWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _top = Directory.CreateTempSubdirectory("watch-").FullName;
    private readonly SemaphoreSlim _woken = new(0);
    private readonly LinuxDirectoryWatch _watch;
    private readonly List<string> _written = [];

    public LinuxDirectoryWatchTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inotify is Linux's.");
        _watch = new LinuxDirectoryWatch("flow", () => _woken.Release(), NullLogger.Instance);
        File.WriteAllText(At("app.log"), "one\n");
        _watch.SetDirectories([_top]);
        Assert.Equal(WatchEvents.None, Take());
    }

    [Fact]
    public void A_write_is_told_with_its_path()
    {
        File.AppendAllText(At("app.log"), "two\n");
        Assert.Equal(WatchEvents.Written, Take());
        Assert.Equal([At("app.log")], _written.Distinct());
        Assert.Equal(WatchEvents.None, Take());
    }

    [Fact]
    public void Names_that_come_go_or_change_ask_for_a_scan()
    {
        File.Move(At("app.log"), At("app.log.1"));
        Assert.Equal(WatchEvents.Names, Take());
        File.Delete(At("app.log.1"));
        Assert.Equal(WatchEvents.Names, Take());
        Directory.CreateDirectory(At("below"));
        Assert.Equal(WatchEvents.Names, Take());
        Assert.Empty(_written);
    }

    [Fact]
    public async Task Armed_it_wakes_once_and_not_again_before_it_is_armed_again()
    {
        File.AppendAllText(At("app.log"), "before it was armed\n");
        _watch.WakeOnNextEvent();
        Assert.True(await _woken.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Take();
        File.AppendAllText(At("app.log"), "not armed\n");
        Assert.False(await _woken.WaitAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        _watch.WakeOnNextEvent();
        Assert.True(await _woken.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Equal_writes_in_a_row_are_few_events()
    {
        using var file = new FileStream(At("app.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var line = 0; line < 10_000; line++)
        {
            file.Write("x\n"u8);
        }

        Take();
        Assert.InRange(_written.Count, 1, 100); // one, unless the watch looked in between
    }

    [Fact]
    public void It_reports_writes_in_its_directories_and_in_no_others()
    {
        var below = Directory.CreateDirectory(At("below")).FullName;
        _watch.SetDirectories([_top, below, At("missing")]);
        Assert.False(_watch.ReportsWritesIn(At("missing")));
        var version = _watch.Version;
        _watch.SetDirectories([_top]);
        Assert.False(_watch.ReportsWritesIn(below));
        Assert.NotEqual(version, _watch.Version);
    }

    [Fact]
    public void A_watched_directory_that_is_deleted_is_no_longer_reported_on()
    {
        var below = Directory.CreateDirectory(At("below")).FullName;
        _watch.SetDirectories([below]);
        Directory.Delete(below);
        Assert.True(Take().HasFlag(WatchEvents.Names));
        Assert.False(_watch.ReportsWritesIn(below));
        Directory.CreateDirectory(below);
        _watch.SetDirectories([below]);
        File.WriteAllText(Path.Join(below, "new.log"), "new\n");
        Assert.True(Take().HasFlag(WatchEvents.Written));
        Assert.Contains(Path.Join(below, "new.log"), _written);
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _woken.Dispose();
        Directory.Delete(_top, recursive: true);
    }

    private WatchEvents Take() => _watch.ReadEvents((path, _) => _written.Add(path.ToString()));

    private string At(string name) => Path.Join(_top, name);
}
