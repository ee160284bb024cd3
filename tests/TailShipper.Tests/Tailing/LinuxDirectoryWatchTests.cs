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
    private readonly LinuxDirectoryWatches _watches = new(NullLogger.Instance);
    private readonly IDirectoryWatch _watch;
    private readonly List<string> _written = [];
    private readonly RecordingListener _told = new();

    public LinuxDirectoryWatchTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inotify is Linux's.");
        _watch = _watches.Open("flow", () => _woken.Release(), _ => true, NullLogger.Instance);
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

    [Fact]
    public void A_rename_is_told_with_both_names_in_the_order_of_what_happened()
    {
        File.Move(At("app.log"), At("app.log.1"));
        File.WriteAllText(At("app.log"), "two\n");
        File.Move(At("app.log"), At("app.log.2"), overwrite: true);
        File.Delete(At("app.log.1"));
        Take();
        Assert.Equal(
            [
                $"moved {At("app.log")} {At("app.log.1")}", $"appeared {At("app.log")}", $"moved {At("app.log")} {At("app.log.2")}",
                $"vanished {At("app.log.1")}",
            ],
            _told.Names);
    }

    [Fact]
    public void What_is_moved_to_where_nothing_is_watched_is_gone()
    {
        var elsewhere = Directory.CreateDirectory(At("elsewhere")).FullName;
        Take();
        _told.Names.Clear();
        File.Move(At("app.log"), Path.Join(elsewhere, "app.log"));
        Take();
        Take();
        Assert.Equal([$"vanished {At("app.log")}"], _told.Names);
    }

    [Fact]
    public async Task Armed_for_names_only_a_write_does_not_wake_it()
    {
        _watch.WakeOnNextEvent(namesOnly: true);
        File.AppendAllText(At("app.log"), "two\n");
        Assert.False(await _woken.WaitAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        File.WriteAllText(At("new.log"), "new\n");
        Assert.True(await _woken.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _watches.Dispose();
        _woken.Dispose();
        Directory.Delete(_top, recursive: true);
    }

    private WatchEvents Take()
    {
        var events = _watch.ReadEvents(_told);
        _written.AddRange(_told.Written);
        _told.Written.Clear();
        return events;
    }

    private string At(string name) => Path.Join(_top, name);
}

/// <summary>Writes down what a watch reports.</summary>
internal sealed class RecordingListener : IWatchListener
{
    public List<string> Written { get; } = [];

    public List<string> Names { get; } = [];

    void IWatchListener.Written(ReadOnlySpan<char> path, bool isClosed) => Written.Add(path.ToString());

    public void Appeared(string path, bool isDirectory) => Names.Add($"appeared {path}");

    public void Vanished(string path, bool isDirectory) => Names.Add($"vanished {path}");

    public void Moved(string from, string to, bool isDirectory) => Names.Add($"moved {from} {to}");
}
