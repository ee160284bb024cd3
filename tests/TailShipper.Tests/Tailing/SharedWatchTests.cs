using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Several flows on the real inotify.</summary>
public sealed class SharedWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _top = Directory.CreateTempSubdirectory("watches-").FullName;
    private readonly LinuxDirectoryWatches _watches = new(NullLogger.Instance);
    private readonly Watcher _first;
    private readonly Watcher _second;

    public SharedWatchTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inotify is Linux's.");
        (_first, _second) = (new Watcher(_watches, "first"), new Watcher(_watches, "second"));
    }

    [Fact]
    public void Of_two_flows_in_one_directory_each_is_told_of_all_names_and_of_its_own_writes()
    {
        Both(_top);
        File.WriteAllText(At("first.log"), "one\n");
        File.WriteAllText(At("second.log"), "two\n");
        Assert.Equal(WatchEvents.Names | WatchEvents.Written, _first.Take());
        Assert.Equal(WatchEvents.Names | WatchEvents.Written, _second.Take());
        string[] names = [$"appeared {At("first.log")}", $"appeared {At("second.log")}"];
        Assert.Equal(names, _first.Told.Names);
        Assert.Equal(names, _second.Told.Names);
        Assert.Equal([At("first.log")], _first.Told.Written);
        Assert.Equal([At("second.log")], _second.Told.Written);
    }

    [Fact]
    public async Task A_write_wakes_only_the_flow_whose_pattern_names_the_file()
    {
        Both(_top);
        File.WriteAllText(At("second.log"), "two\n");
        _ = (_first.Take(), _second.Take());
        _first.Watch.WakeOnNextEvent();
        _second.Watch.WakeOnNextEvent();
        File.AppendAllText(At("second.log"), "more\n");
        Assert.True(await _second.Woken.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, _first.Woken.CurrentCount);
        Assert.Equal(WatchEvents.None, _first.Take());
    }

    [Fact]
    public void That_a_file_was_closed_which_no_pattern_names_is_told_to_all()
    {
        Both(_top);
        File.WriteAllText(At("other.log"), "x\n");
        _first.Take();
        _second.Take();
        Assert.Equal([At("other.log")], _first.Told.Written);
        Assert.Equal([At("other.log")], _second.Told.Written);
    }

    [Fact]
    public void A_rename_from_one_watched_directory_to_another_is_one_move()
    {
        var (from, to) = (Below("from"), Below("to"));
        _first.Watch.SetDirectories([from, to]);
        _second.Watch.SetDirectories([to]);
        File.WriteAllText(Path.Join(from, "a.log"), "x\n");
        File.Move(Path.Join(from, "a.log"), Path.Join(to, "b.log"));
        _first.Take();
        _second.Take();
        Assert.Equal(
            [$"appeared {Path.Join(from, "a.log")}", $"moved {Path.Join(from, "a.log")} {Path.Join(to, "b.log")}"], _first.Told.Names);
        Assert.Equal([$"appeared {Path.Join(to, "b.log")}"], _second.Told.Names);
    }

    [Fact]
    public void Each_flow_is_told_the_path_under_which_it_watches()
    {
        var real = Below("real");
        Directory.CreateSymbolicLink(At("link"), real);
        _first.Watch.SetDirectories([real]);
        _second.Watch.SetDirectories([At("link")]);
        File.WriteAllText(Path.Join(real, "a.log"), "x\n");
        _first.Take();
        _second.Take();
        Assert.Equal([$"appeared {Path.Join(real, "a.log")}"], _first.Told.Names);
        Assert.Equal([$"appeared {At("link/a.log")}"], _second.Told.Names);
    }

    [Fact]
    public void A_flow_that_is_flooded_overflows_alone_and_is_told_of_what_comes_later()
    {
        var (flooded, quiet) = (Below("flooded"), Below("quiet"));
        _first.Watch.SetDirectories([flooded]);
        _second.Watch.SetDirectories([quiet]);
        for (var file = 0; file <= Reported.Most / 2; file++)
        {
            var path = Path.Join(flooded, "a.log");
            File.WriteAllText(path, "");
            File.Delete(path);
            if (file % 100 == 0)
            {
                File.WriteAllText(Path.Join(quiet, $"{file:d5}.log"), "");
                _second.Take();
            }
        }

        Assert.True(_first.Take().HasFlag(WatchEvents.Overflow));
        Assert.Equal((Reported.Most / 200) + 1, _second.Told.Names.Count);
        Assert.Equal(_second.Told.Names.Order(StringComparer.Ordinal), _second.Told.Names);
        Assert.False(_second.Events.HasFlag(WatchEvents.Overflow));

        _first.Told.Names.Clear();
        File.WriteAllText(Path.Join(flooded, "later.log"), "");
        _first.Take();
        Assert.Equal([$"appeared {Path.Join(flooded, "later.log")}"], _first.Told.Names);
    }

    [Fact]
    public void What_happened_before_a_flow_watched_is_not_told_to_it()
    {
        _first.Watch.SetDirectories([_top]);
        File.WriteAllText(At("early.log"), "x\n");
        _second.Watch.SetDirectories([_top]);
        Assert.Equal(WatchEvents.None, _second.Take());
        _first.Take();
        Assert.Equal([$"appeared {At("early.log")}"], _first.Told.Names);
    }

    [Fact]
    public async Task A_flow_that_ended_is_told_nothing_and_the_others_go_on()
    {
        Both(_top);
        _first.Watch.WakeOnNextEvent();
        _first.Watch.Dispose();
        _second.Watch.WakeOnNextEvent();
        File.WriteAllText(At("second.log"), "x\n");
        Assert.True(await _second.Woken.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(WatchEvents.None, _first.Take());
        Assert.Equal(0, _first.Woken.CurrentCount);
        Assert.False(_first.Watch.ReportsWritesIn(_top));
        Assert.True(_second.Watch.ReportsWritesIn(_top));
    }

    [Fact]
    public void A_directory_that_was_moved_away_is_no_longer_watched_and_its_successor_is()
    {
        var below = Below("below");
        Both(below);
        Directory.Move(below, At("moved"));
        Directory.CreateDirectory(below);
        foreach (var flow in (Watcher[])[_first, _second])
        {
            Assert.True(flow.Take().HasFlag(WatchEvents.Names));
            Assert.False(flow.Watch.ReportsWritesIn(below));
            flow.Watch.SetDirectories([below]);
            flow.Told.Names.Clear();
        }

        File.WriteAllText(At("moved/old.log"), "x\n");
        File.WriteAllText(Path.Join(below, "new.log"), "x\n");
        foreach (var flow in (Watcher[])[_first, _second])
        {
            flow.Take();
            Assert.Equal([$"appeared {Path.Join(below, "new.log")}"], flow.Told.Names);
        }
    }

    [Fact]
    public void A_hundred_flows_have_no_instance_and_no_thread_each()
    {
        for (var flow = 0; flow < 100; flow++)
        {
            new Watcher(_watches, $"{flow}").Watch.SetDirectories([Below($"{flow}")]);
        }

        // Other tests of this process have a few of their own.
        var instances = Directory.GetFiles("/proc/self/fd")
            .Count(file => Target(file)?.Contains("inotify", StringComparison.Ordinal) == true);
        var threads = Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task).StartsWith("watch", StringComparison.Ordinal));
        Assert.InRange(instances, 2, 50);
        Assert.InRange(threads, 1, 25);
    }

    [Fact]
    public void What_is_kept_for_a_flow_is_bounded_and_a_loss_of_the_kernel_puts_its_directories_in_doubt()
    {
        var reported = new Reported();
        for (var name = 0; name < 10 * Reported.Most; name++)
        {
            reported.AddName(new NameEvent(InotifyEvents.Created, 0, "/a"));
            reported.AddWrite($"/{name}", isClosed: false);
        }

        Assert.True(reported.IsOverflow);
        Assert.Empty(reported.Names);
        Assert.Empty(reported.Writes);
        Assert.False(reported.IsEveryDirectoryInDoubt);
        reported.Lose(everyDirectory: true);
        Assert.True(reported.IsEveryDirectoryInDoubt);
        reported.Clear();
        Assert.True(reported.IsEmpty);
    }

    public void Dispose()
    {
        _first?.Watch.Dispose();
        _second?.Watch.Dispose();
        _watches.Dispose();
        Directory.Delete(_top, recursive: true);
    }

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Join(task, "comm"));
        }
        catch (IOException)
        {
            return ""; // ended meanwhile
        }
    }

    private void Both(string directory)
    {
        _first.Watch.SetDirectories([directory]);
        _second.Watch.SetDirectories([directory]);
    }

    private string At(string name) => Path.Join(_top, name);

    private string Below(string name) => Directory.CreateDirectory(At(name)).FullName;

    /// <summary>A flow whose patterns name files that begin like it.</summary>
    private sealed class Watcher
    {
        public Watcher(LinuxDirectoryWatches watches, string name) => Watch = watches.Open(
            name, () => Woken.Release(), path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal), NullLogger.Instance);

        public IDirectoryWatch Watch { get; }

        public SemaphoreSlim Woken { get; } = new(0);

        public RecordingListener Told { get; } = new();

        public WatchEvents Events { get; private set; }

        public WatchEvents Take()
        {
            var events = Watch.ReadEvents(Told);
            Events |= events;
            return events;
        }
    }
}
