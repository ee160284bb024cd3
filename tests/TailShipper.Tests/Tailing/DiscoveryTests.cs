using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>What watching costs, and that saving there never hides anything.</summary>
public sealed class DiscoveryTests : IDisposable
{
    private SimulatedWatch? _watch;

    public void Dispose() => _watch?.Dispose();

    [Fact]
    public void Idle_files_that_are_watched_cost_one_look_at_their_directory_for_each_scan()
    {
        var stage = Idle(200, watched: true);
        var before = stage.Disk.Calls;
        stage.Run(TimeSpan.FromSeconds(28));
        Assert.InRange(stage.Disk.Calls - before, 28, 200 + 28 + 200 + 10); // at most one poll and one whole scan in that time
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void Files_that_appear_long_after_the_start_with_content_are_not_polled_for_ever_either()
    {
        var stage = Idle(1, watched: true);
        for (var file = 100; file < 300; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", $"{file}\n");
        }

        stage.Run(150);
        var before = stage.Disk.Calls;
        stage.Run(TimeSpan.FromSeconds(28));
        Assert.InRange(stage.Disk.Calls - before, 28, 200 + 28 + 200 + 10);
    }

    [Fact]
    public void Without_a_watch_a_scan_of_unchanged_directories_neither_lists_nor_looks_at_open_files()
    {
        var stage = Idle(200, watched: false);
        var (lists, looks) = Count(stage, seconds: 20);
        Assert.InRange(lists, 0, 1);
        Assert.InRange(looks, 15, 200 + 25);
    }

    [Fact]
    public void A_disk_that_does_not_tell_when_directories_change_is_listed_at_every_scan()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"] });
        stage.Disk.StampsDirectories = false;
        stage.Disk.Append("/logs/a.log", "a\n");
        stage.Start();
        stage.Run(60);
        var (lists, _) = Count(stage, seconds: 20);
        Assert.InRange(lists, 19, 21);
        stage.Disk.Append("/logs/b.log", "b\n");
        stage.Run(3);
        Assert.Equal("a\nb\n", stage.Delivered.ToString());
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(TimeSpan.TicksPerSecond)]
    [InlineData(2 * TimeSpan.TicksPerSecond)]
    public void A_file_that_appears_right_after_a_look_is_found_by_the_next_however_coarse_the_clock(long grain)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"] });
        stage.Disk.TimeGrain = grain;
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        var expected = "";
        for (var file = 0; file < 40; file++)
        {
            stage.Run(file % 7 * 0.31);
            stage.Disk.Append($"/logs/{file:d2}.log", $"{file}\n");
            expected += $"{file}\n";
            stage.Run(2.2);
            Assert.Equal(expected, stage.Delivered.ToString());
        }
    }

    [Fact]
    public void A_write_to_an_idle_file_is_read_at_once_when_the_watch_tells()
    {
        var stage = Idle(50, watched: true);
        stage.Disk.Written = path => _watch!.Notice(WatchEvents.Written, path);
        stage.Disk.Append("/logs/7.log", "now\n");
        stage.Run(0.55); // MaxBatchAge and the call
        Assert.EndsWith("now\n", stage.Delivered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_the_watch_does_not_tell_is_read_a_little_later_and_that_file_is_polled_from_then_on()
    {
        var stage = Idle(50, watched: true);
        stage.Disk.Append("/logs/7.log", "late\n");
        stage.Run(32);
        Assert.EndsWith("late\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Run(200);
        stage.Disk.Append("/logs/7.log", "soon\n");
        stage.Run(2);
        Assert.EndsWith("soon\n", stage.Delivered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_overflow_everything_is_looked_at_soon()
    {
        var stage = Idle(50, watched: true);
        stage.Disk.Append("/logs/7.log", "lost event\n");
        stage.Disk.Append("/logs/new.log", "new\n");
        _watch!.Notice(WatchEvents.Overflow);
        stage.Run(2);
        Assert.Contains("lost event\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.Contains("new\n", stage.Delivered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_file_is_found_before_the_next_scan_when_the_watch_tells()
    {
        var stage = Idle(5, watched: true, scanInterval: TimeSpan.FromSeconds(20));
        stage.Disk.Append("/logs/new.log", "new\n");
        _watch!.Notice(WatchEvents.Names);
        stage.Run(1);
        Assert.EndsWith("new\n", stage.Delivered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_without_pause_wakes_the_flow_no_more_often_than_it_is_read()
    {
        var stage = Idle(5, watched: true);
        stage.Disk.Written = path => _watch!.Notice(WatchEvents.Written, path);
        for (var line = 0; line < 2000; line++)
        {
            stage.Disk.Append("/logs/1.log", $"line {line}\n");
            stage.Run(0.001);
        }

        Assert.InRange(_watch!.Wakes, 1, 45); // 2 s: twice each PollInterval at most
    }

    [Fact]
    public void A_late_line_in_a_finished_file_is_found_by_the_watch_or_by_the_scan()
    {
        foreach (var watched in (bool[])[true, false])
        {
            var stage = Idle(2, watched, pattern: "/logs/*");
            stage.Disk.Rename("/logs/1.log", "/logs/1.log.1");
            _watch?.Notice(WatchEvents.Names);
            stage.Run(40);
            Assert.Equal(1, stage.Disk.OpenFiles);
            stage.Disk.Append("/logs/1.log.1", "late\n");
            _watch?.Notice(WatchEvents.Written, "/logs/1.log.1");
            stage.Run(3);
            Assert.EndsWith("late\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_directory_that_vanishes_and_comes_back_is_followed()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*/app.log"] });
        stage.Start();
        for (var turn = 0; turn < 4; turn++)
        {
            stage.Disk.Append("/logs/a/app.log", $"turn {turn}\n");
            stage.Run(20);
            stage.Disk.DeleteDirectory("/logs/a");
            stage.Run(20);
        }

        Assert.Equal("turn 0\nturn 1\nturn 2\nturn 3\n", stage.Delivered.ToString());
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_directory_that_cannot_be_read_for_a_while_is_never_taken_for_empty()
    {
        var stage = Idle(3, watched: false);
        stage.Disk.Fault = (operation, _) => operation is DiskOperation.List or DiskOperation.PathStat or DiskOperation.Open
            ? "Permission denied" : null;
        stage.Disk.Append("/logs/1.log", "written meanwhile\n");
        stage.Run(60);
        Assert.Equal(3, stage.Disk.OpenFiles);
        stage.Disk.Fault = null;
        stage.Disk.Append("/logs/1.log", "written after\n");
        stage.Run(10);
        Assert.EndsWith("written meanwhile\nwritten after\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, stage.Counters.Truncations);
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void An_excluded_file_is_never_opened()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], Exclude = ["/logs/debug*"] });
        stage.Disk.Append("/logs/debug.log", "debug\n");
        stage.Disk.Append("/logs/app.log", "app\n");
        var opened = new List<string>();
        stage.Disk.Fault = (operation, path) =>
        {
            if (operation == DiskOperation.Open)
            {
                opened.Add(path);
            }

            return null;
        };
        stage.Start();
        stage.Run(20);
        Assert.Equal(["/logs/app.log"], opened);
        Assert.Equal("app\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_file_rotated_to_an_excluded_name_while_the_shipper_was_down_is_finished()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*"], Exclude = ["/logs/*.old"] });
        stage.Disk.Append("/logs/app.log", "one\n");
        stage.Start();
        stage.Run(10);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", "two\n");
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.old");
        stage.Start();
        stage.Run(20);
        Assert.Equal("one\ntwo\n", stage.Delivered.ToString());
    }

    private static (int Lists, int Looks) Count(Stage stage, double seconds)
    {
        var (lists, looks) = (0, 0);
        stage.Disk.Fault = (operation, _) =>
        {
            lists += operation == DiskOperation.List ? 1 : 0;
            looks += operation == DiskOperation.PathStat ? 1 : 0;
            return null;
        };
        stage.Run(seconds);
        stage.Disk.Fault = null;
        return (lists, looks);
    }

    private Stage Idle(int files, bool watched, string pattern = "/logs/*.log", TimeSpan? scanInterval = null)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = [pattern],
            ScanInterval = scanInterval ?? TimeSpan.FromSeconds(1),
            Watch = watched ? wake => _watch = new SimulatedWatch(wake) : null,
        });
        _watch = null;
        for (var file = 0; file < files; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", $"{file}\n");
        }

        stage.Start();
        stage.Run(150);
        return stage;
    }
}
