using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Files that are gone, or have another name, before a scan sees them: the watch reported them.</summary>
public sealed class ReportedNamesTests : IDisposable
{
    private SimulatedWatch? _watch;

    public void Dispose() => _watch?.Dispose();

    [Fact]
    public void Files_that_live_for_fifty_milliseconds_are_shipped()
    {
        var stage = Watched("/logs/*.log");
        var expected = new List<string>();
        for (var file = 0; file < 50; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", $"line {file}\n");
            expected.Add($"line {file}");
            stage.Run(0.05);
            stage.Disk.Delete($"/logs/{file}.log");
        }

        stage.Run(30);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Sorted(stage));
        Assert.Equal(0, stage.Counters.FilesUnopened);
    }

    [Fact]
    public void So_are_those_whose_directory_comes_and_goes_with_them()
    {
        var stage = Watched("/logs/*/*.log");
        var expected = new List<string>();
        for (var file = 0; file < 50; file++)
        {
            stage.Disk.Append("/logs/d/0.log", $"line {file}\n");
            expected.Add($"line {file}");
            stage.Run(0.05);
            stage.Disk.DeleteDirectory("/logs/d");
        }

        stage.Run(30);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Sorted(stage));
    }

    [Fact]
    public void So_are_those_deep_below_directories_that_appeared_together()
    {
        var stage = Watched("/logs/**/*.log");
        stage.Disk.Append("/logs/a/b/c/0.log", "deep\n");
        stage.Run(0.02);
        stage.Disk.Append("/logs/a/b/c/1.log", "later\n");
        stage.Run(0.02);
        stage.Disk.DeleteDirectory("/logs/a");
        stage.Run(20);
        Assert.Equal(["deep", "later"], Sorted(stage));
    }

    [Fact]
    public void A_directory_that_is_gone_before_it_can_be_opened_is_counted_also_when_another_one_is_at_its_path()
    {
        var stage = Watched("/logs/*/*.log");
        stage.Disk.Append("/logs/d/0.log", "nobody saw it\n");
        stage.Disk.DeleteDirectory("/logs/d");
        stage.Disk.Append("/logs/d/0.log", "second\n");
        stage.Run(5);
        Assert.Equal(1, stage.Counters.FilesUnopened);
        Assert.Contains("/logs/d appeared and was gone before it could be opened", stage.Trace.ToString(), StringComparison.Ordinal);
        Assert.Equal("second", stage.Delivered.ToString().Trim());
    }

    [Fact]
    public void A_copy_that_was_reported_is_compared_with_its_original_as_that_is_now_although_no_directory_can_be_listed()
    {
        for (var moment = 0; moment < 20; moment++)
        {
            var stage = Watched("/logs/app.log*");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
            stage.Run(6 + (0.02 * moment));
            var isReadable = false;
            stage.Disk.Fault = (operation, path) => operation == DiskOperation.List || (!isReadable && path == "/logs/app.log")
                ? "Input/output error"
                : null;
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 20));
            stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
            stage.Run(0.05);
            isReadable = true;
            stage.Run(2);
            stage.Disk.Truncate("/logs/app.log");
            stage.Run(1);
            stage.Disk.Fault = null;
            stage.Run(20);
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 60) + Lines.Of("b", 1, 20)), Lines.Sorted(stage.Delivered.ToString()));
            _watch?.Dispose();
        }
    }

    [Fact]
    public void What_is_renamed_while_it_is_scanned_is_seen_at_two_paths_and_read_once()
    {
        var stage = Watched("/logs/**/w.log*");
        stage.Disk.MakeDirectory("/logs/a");
        stage.Disk.Append("/logs/w.log", Lines.Of("a", 1, 60));
        stage.Run(6);
        var isRenamed = false;
        stage.Disk.Fault = (operation, path) =>
        {
            if (!isRenamed && operation == DiskOperation.List && path == "/logs/a" && stage.Disk["/logs/w.log"].Content.Length > 2000)
            {
                isRenamed = true;
                stage.Disk.Rename("/logs/w.log", "/logs/a/w.log-1");
                stage.Disk.Append("/logs/w.log", Lines.Of("b", 1, 3));
            }

            return null;
        };
        stage.Disk.Copy("/logs/w.log", "/logs/.tmp");
        stage.Disk.Append("/logs/.tmp", Lines.Of("a", 61, 120));
        stage.Disk.Rename("/logs/.tmp", "/logs/w.log");
        stage.Run(30);

        Assert.True(isRenamed);
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 120) + Lines.Of("b", 1, 3)), Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void What_is_gone_before_it_can_be_opened_is_counted_with_its_name()
    {
        var stage = Watched("/logs/*.log");
        stage.Disk.Append("/logs/gone.log", "nobody saw it\n");
        stage.Disk.Append("/logs/gone.tmp", "not tailed\n");
        stage.Disk.Delete("/logs/gone.log");
        stage.Disk.Delete("/logs/gone.tmp");
        stage.Run(5);
        Assert.Equal(1, stage.Counters.FilesUnopened);
        Assert.Contains("/logs/gone.log appeared and was gone before it could be opened", stage.Trace.ToString(), StringComparison.Ordinal);
        Assert.Equal("", stage.Delivered.ToString());
    }

    [Fact]
    public void A_file_that_is_written_elsewhere_and_moved_in_is_shipped_although_it_is_deleted_at_once()
    {
        var stage = Watched("/logs/*.log");
        stage.Disk.Append("/logs/a.tmp", "moved in\n");
        stage.Run(3);
        stage.Disk.Rename("/logs/a.tmp", "/logs/a.log");
        stage.Run(0.01);
        stage.Disk.Delete("/logs/a.log");
        stage.Run(20);
        Assert.Equal(["moved in"], Sorted(stage));
        Assert.Equal(0, stage.Counters.FilesUnopened);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.03)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Rotations_faster_than_scans_lose_no_line_although_only_the_live_path_is_named(double pause)
    {
        var stage = Watched("/logs/app.log");
        var expected = new List<string>();
        for (var rotation = 0; rotation < 60; rotation++)
        {
            for (var line = 0; line < 20; line++)
            {
                stage.Disk.Append("/logs/app.log", $"line {rotation}-{line}\n");
                expected.Add($"line {rotation}-{line}");
            }

            stage.Disk.Rename("/logs/app.log", $"/logs/app.log.{rotation}");
            stage.Run(pause);
        }

        stage.Run(30);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Sorted(stage));
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(0, stage.Counters.FilesUnopened);
    }

    [Fact]
    public void So_do_rotations_that_shift_the_numbers_of_those_before()
    {
        var stage = Watched("/logs/app.log");
        var expected = new List<string>();
        for (var rotation = 0; rotation < 30; rotation++)
        {
            stage.Disk.Append("/logs/app.log", $"the lines of rotation {rotation}\n");
            expected.Add($"the lines of rotation {rotation}");
            for (var number = 40; number >= 1; number--)
            {
                if (stage.Disk.Exists($"/logs/app.log.{number}"))
                {
                    stage.Disk.Rename($"/logs/app.log.{number}", $"/logs/app.log.{number + 1}");
                }
            }

            stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
            stage.Run(rotation % 5 == 0 ? 0.02 : 0);
        }

        stage.Run(30);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Sorted(stage));
    }

    [Fact]
    public void A_growing_file_replaced_faster_than_scans_is_shipped_once()
    {
        var stage = Watched("/logs/app.log");
        var (text, count) = ("", 0);
        for (var version = 0; version < 12; version++)
        {
            for (var line = 0; line < 40; line++)
            {
                text += $"line {count++} of a log that is replaced\n";
            }

            stage.Disk.Append("/logs/.tmp", text);
            stage.Disk.Rename("/logs/.tmp", "/logs/app.log");
            stage.Run(version == 0 ? 3 : 0.006);
        }

        stage.Run(30);
        Assert.Equal(
            Enumerable.Range(0, count).Select(line => $"line {line} of a log that is replaced").Order(StringComparer.Ordinal),
            Sorted(stage));
    }

    [Fact]
    public void A_file_that_is_gone_right_after_a_scan_saw_it_is_shipped_from_where_it_was_opened()
    {
        var stage = Watched("/logs/*.log");
        var isSeen = false;
        stage.Disk.Fault = (operation, path) =>
        {
            if (isSeen)
            {
                stage.Disk.Fault = null;
                stage.Disk.Delete("/logs/a.log");
            }

            isSeen = operation == DiskOperation.PathStat && path == "/logs/a.log";
            return null;
        };
        stage.Disk.Append("/logs/a.log", "a line\n");
        stage.Run(20);
        Assert.Equal(["a line"], Sorted(stage));
    }

    [Fact]
    public void A_restart_right_after_finds_them_under_their_new_names()
    {
        var stage = Watched("/logs/app.log");
        stage.Disk.Append("/logs/app.log", new string('a', 100) + "\n");
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", new string('b', 100) + "\n");
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.2");
        stage.Disk.Append("/logs/app.log", new string('c', 100) + "\n");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Run(2);
        stage.KillAfterCommit();
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);
        Assert.Equal([new string('a', 100), new string('b', 100), new string('c', 100)], Sorted(stage));
    }

    [Fact]
    public void A_file_that_was_never_at_a_tailed_path_is_not_shipped_because_it_is_renamed_beside_one()
    {
        var stage = Watched("/logs/app.log");
        stage.Disk.Append("/logs/other", "not ours\n");
        stage.Disk.Rename("/logs/other", "/logs/app.log.1");
        stage.Run(10);
        Assert.Equal("", stage.Delivered.ToString());
    }

    [Fact]
    public void After_an_overflow_what_is_there_is_found_by_the_scan()
    {
        var stage = Watched("/logs/*");
        _watch!.Loses = () => true;
        stage.Disk.Append("/logs/a.log", "a\n");
        stage.Disk.Rename("/logs/a.log", "/logs/b.log");
        stage.Run(3);
        Assert.Equal(["a"], Sorted(stage));
    }

    [Fact]
    public void A_rename_right_after_an_overflow_tells_of_a_file_that_nobody_saw()
    {
        var stage = Watched("/logs/app.log");
        _watch!.Loses = () => true;
        stage.Disk.Append("/logs/app.log", "a\n");
        _watch.Loses = null;
        stage.Disk.Rename("/logs/app.log", "/logs/app.1");
        stage.Run(10);
        Assert.Equal(["a"], Sorted(stage));
    }

    private static string[] Sorted(Stage stage) =>
        [.. stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private Stage Watched(string pattern)
    {
        Stage? stage = null;
        stage = new Stage(new StageOptions
        {
            Patterns = [pattern],
            MaxBatchAge = TimeSpan.FromMilliseconds(50),
            Trace = true,
            Watch = wake =>
            {
                _watch = new SimulatedWatch(wake);
                _watch.Follow(stage!.Disk);
                return _watch;
            },
        });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        stage.Run(10);
        return stage;
    }
}
