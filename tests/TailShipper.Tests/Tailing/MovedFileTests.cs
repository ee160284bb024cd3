using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A file is moved further than its own directory while the service is down.</summary>
public sealed class MovedFileTests
{
    private static readonly string A = Lines.Of("a", 1, 10);
    private static readonly string B = Lines.Of("b", 1, 10);
    private static readonly string C = Lines.Of("c", 1, 10);

    [Theory]
    [InlineData("/d/logs/archive/app.log.1")]
    [InlineData("/d/archive/app.log.1")]
    [InlineData("/d/logs/2026/app.log")]
    public void It_is_found_below_its_directory_and_beside_it(string moved)
    {
        foreach (var isKilled in new[] { false, true })
        {
            var stage = Running("/d/logs/app.log");
            End(stage, isKilled);
            stage.Disk.Append("/d/logs/app.log", B);
            stage.Disk.Rename("/d/logs/app.log", moved);
            stage.Disk.Append("/d/logs/app.log", C);
            stage.Start();
            stage.Run(20);
            ShippedOnce(stage, A + B + C);
            stage.Disk.Append(moved, Lines.Of("late", 1, 1));
            stage.Run(10);
            ShippedOnce(stage, A + B + C + Lines.Of("late", 1, 1));
        }
    }

    [Theory]
    [InlineData("/d/logs/*.log")]
    [InlineData("/d/logs/**/*.log")]
    public void So_it_is_when_its_whole_directory_was_renamed_and_made_anew(string pattern)
    {
        foreach (var isKilled in new[] { false, true })
        {
            var stage = Running(pattern);
            End(stage, isKilled);
            stage.Disk.Append("/d/logs/app.log", B);
            stage.Disk.RenameDirectory("/d/logs", "/d/backup.20261121");
            stage.Disk.Append("/d/logs/app.log", C);
            stage.Start();
            stage.Run(20);
            ShippedOnce(stage, A + B + C);
        }
    }

    [Fact]
    public void Nothing_of_a_backlog_is_lost_when_it_was_moved_to_the_archive()
    {
        var stage = Stage("/d/logs/app.log");
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Disk.Append("/d/logs/app.log", Lines.Of("a", 1, 500));
        stage.Start();
        stage.Run(6);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/d/logs/app.log", Lines.Of("a", 501, 1000));
        stage.Run(10);
        stage.Stop();
        stage.Disk.Rename("/d/logs/app.log", "/d/logs/archive/app.log.1");
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 1000) + B);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void So_it_is_by_the_next_run_when_it_could_not_be_opened_and_was_written_to_since(bool birthTimes)
    {
        var stage = Stage("/d/logs/app.log");
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append("/d/logs/app.log", Lines.Of("a", 1, 90));
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Disk.Copy("/d/logs/app.log", "/d/logs/backup");
        stage.Disk.Append("/d/logs/app.log", C);
        stage.Disk.Rename("/d/logs/app.log", "/d/logs/old/app.log.1");
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.Open && path == "/d/logs/old/app.log.1" ? "Input/output error" : null;
        stage.Start();
        stage.Run(2);
        stage.Stop();
        stage.Disk.Fault = null;
        stage.Disk.Append("/d/logs/old/app.log.1", Lines.Of("late", 1, 5));
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 90) + B + C + Lines.Of("late", 1, 5));
    }

    [Theory]
    [InlineData("/d/pods/0.log.20261121")]
    [InlineData("/d/pods/old/0.log")]
    public void What_a_link_led_to_is_searched_for_where_that_was(string moved)
    {
        foreach (var isKilled in new[] { false, true })
        {
            var stage = new Stage(new StageOptions { Patterns = ["/d/logs/x.log"], FollowLinks = true });
            stage.Disk.Append("/d/pods/0.log", A);
            stage.Disk.SymbolicLink("/d/logs/x.log", "/d/pods/0.log");
            stage.Start();
            stage.Run(6);
            End(stage, isKilled);
            stage.Disk.Append("/d/pods/0.log", B);
            stage.Disk.Rename("/d/pods/0.log", moved);
            stage.Disk.Append("/d/pods/0.log", C);
            stage.Start();
            stage.Run(20);
            ShippedOnce(stage, A + B + C);
        }
    }

    [Fact]
    public void So_it_is_behind_a_chain_of_links_and_when_it_was_copied_and_truncated_there()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/d/logs/x.log"], FollowLinks = true });
        stage.Disk.Append("/e/real/0.log", A);
        stage.Disk.SymbolicLink("/d/pods/current", "/e/real/0.log");
        stage.Disk.SymbolicLink("/d/logs/x.log", "/d/pods/current");
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Append("/e/real/0.log", B);
        stage.Disk.CopyTruncate("/e/real/0.log", "/e/real/0.log.1");
        stage.Disk.Append("/e/real/0.log", C);
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, A + B + C);
    }

    [Fact]
    public void What_was_moved_again_while_the_service_ran_is_found_from_where_it_was_last()
    {
        var stage = Running("/d/logs/app.log");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Run(2);
        stage.Disk.Rename("/d/logs/app.log", "/far/away/app.log.1");
        stage.Run(6);
        stage.KillAfterCommit();
        stage.Disk.Rename("/far/away/app.log.1", "/far/away/app.log.2");
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, A + B);
    }

    [Fact]
    public void What_is_not_found_is_an_error_and_counted_though_nothing_was_known_to_be_unread()
    {
        var stage = Running("/d/logs/app.log");
        stage.Stop();
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Disk.Rename("/d/logs/app.log", "/elsewhere/app.log.1");
        stage.Disk.Append("/d/logs/app.log", C);
        stage.Start();
        stage.Run(20);
        Assert.Equal(1, stage.Counters.FilesVanished);
        Assert.Equal(0, stage.BytesLost);
        Assert.Contains("Error: flow: /d/logs/app.log (stream ", stage.Trace.ToString(), StringComparison.Ordinal);
        Assert.Contains("is not found any more: not in /d/logs, nor in a directory below or beside", stage.Trace.ToString(),
            StringComparison.Ordinal);

        stage.Disk.Rename("/elsewhere/app.log.1", "/d/logs/found");
        stage.Stop();
        stage.Start();
        stage.Run(20);
        Assert.Equal(Lines.Sorted(A + B + C), Lines.Sorted(stage.Delivered.ToString()));
    }

    [Theory]
    [InlineData("/d/logs/archive")]
    [InlineData("/d")]
    public void It_is_found_by_a_later_run_or_search_when_a_directory_could_not_be_listed(string unlisted)
    {
        foreach (var isKilled in new[] { false, true })
        {
            foreach (var seconds in new[] { 2, 30 })
            {
                var moved = unlisted == "/d" ? "/d/archive/app.log.1" : "/d/logs/archive/app.log.1";
                var stage = Running("/d/logs/app.log");
                stage.Stop();
                stage.Disk.Append("/d/logs/app.log", B);
                stage.Disk.Rename("/d/logs/app.log", moved);
                stage.Disk.Append("/d/logs/app.log", C);
                stage.Disk.Fault = (operation, path) => operation == DiskOperation.List && path == unlisted ? "Too many open files" : null;
                stage.Start();
                stage.Run(seconds);
                if (seconds == 2)
                {
                    End(stage, isKilled);
                    stage.Disk.Fault = null;
                    stage.Start();
                }

                stage.Disk.Fault = null;
                stage.Run(60);
                ShippedOnce(stage, A + B + C);
            }
        }
    }

    [Fact]
    public void A_backup_is_not_taken_for_it_when_its_directory_can_be_listed_before_the_wait_for_that_is_over()
    {
        for (var seconds = 1.0; seconds < 10; seconds += 0.7)
        {
            var stage = Running("/d/logs/app.log");
            stage.Stop();
            stage.Disk.Append("/d/logs/app.log", B);
            stage.Disk.Copy("/d/logs/app.log", "/d/logs/app.log-backup");
            stage.Disk.Append("/d/logs/app.log", Lines.Of("later", 1, 20));
            stage.Disk.Rename("/d/logs/app.log", "/d/logs/archive/app.log.1");
            stage.Disk.Append("/d/logs/app.log", C);
            stage.Disk.Fault = (operation, path) =>
                operation == DiskOperation.List && path == "/d/logs/archive" ? "Too many open files" : null;
            stage.Start();
            stage.Run(seconds);
            stage.Disk.Fault = null;
            stage.Run(60);
            ShippedOnce(stage, A + B + Lines.Of("later", 1, 20) + C);
        }
    }

    [Theory]
    [InlineData("/d/logs/archive/app.log.1")]
    [InlineData("/d/archive/app.log.1")]
    public void A_short_file_that_one_run_missed_and_that_was_written_to_is_found_by_the_next(string moved)
    {
        var stage = Stage("/d/logs/app.log");
        stage.Disk.HasBirthTimes = false;
        stage.Disk.Append("/d/logs/app.log", A);
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Rename("/d/logs/app.log", moved);
        stage.Disk.Append("/d/logs/app.log", C);
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.Open && path == moved ? "Input/output error" : null;
        stage.Start();
        stage.Run(2);
        stage.Stop();
        stage.Disk.Fault = null;
        stage.Disk.Append(moved, B);
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, A + B + C);
    }

    /// <summary>The search for another stream finds that this one lost its file: only then is it searched for.</summary>
    [Fact]
    public void A_backup_is_not_taken_for_a_file_that_could_not_be_opened_at_first()
    {
        var (first, other) = (Lines.Of("first", 1, 300), Lines.Of("other", 1, 300));
        var stage = Stage("/d/logs/*.log*");
        stage.Disk.Append("/d/logs/a.log", first);
        stage.Disk.Append("/d/logs/b.log", other);
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Copy("/d/logs/a.log", "/d/logs/a.log-backup");
        stage.Disk.Append("/d/logs/a.log", A);
        stage.Disk.CopyTruncate("/d/logs/a.log", "/d/logs/old-a");
        stage.Disk.Append("/d/logs/a.log", B);
        stage.Disk.CopyTruncate("/d/logs/b.log", "/d/logs/old-b");
        stage.Disk.Append("/d/logs/b.log", C);
        var opened = 0;
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.Open && path == "/d/logs/a.log" && opened++ == 0 ? "Input/output error" : null;
        stage.Start();
        stage.Run(40);
        var delivered = stage.Delivered.ToString().Split('\n').ToHashSet();
        Assert.All((first + other + A + B + C).Split('\n'), line => Assert.Contains(line, delivered));
        Assert.Equal(0, stage.BytesLost);
    }

    [Theory]
    [InlineData("/d/logs/a.log")]
    [InlineData("/d/logs/z.log")]
    public void Of_two_files_that_hold_all_of_it_the_one_at_its_path_goes_on(string backup)
    {
        var first = Lines.Of("first", 1, 300);
        var stage = Running("/d/logs/*.log");
        stage.Disk.Append("/d/logs/app.log", first);
        stage.Run(6);
        stage.Stop();
        stage.Disk.Copy("/d/logs/app.log", "/d/logs/new");
        stage.Disk.Rename("/d/logs/new", "/d/logs/app.log");
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Run(1);
        stage.Disk.Copy("/d/logs/app.log", backup);
        stage.Start();
        stage.Run(30);
        ShippedOnce(stage, A + first + B);
    }

    [Theory]
    [InlineData("Open")]
    [InlineData("Read")]
    public void A_copy_beside_its_name_is_not_taken_for_it_while_its_file_cannot_be_opened_or_read(string failing)
    {
        var stage = MovedBesideBackup();
        stage.Disk.Fault = (operation, path) =>
            operation == Enum.Parse<DiskOperation>(failing) && path == "/d/logs/archive/app.log.1" ? "Input/output error" : null;
        stage.Start();
        stage.Run(60);
        stage.Disk.Fault = null;
        stage.Run(60);
        ShippedOnce(stage, A + B + C);
    }

    [Fact]
    public void A_copy_beside_its_name_is_not_taken_for_it_when_its_file_is_moved_on_as_it_is_found()
    {
        var stage = MovedBesideBackup();
        stage.Disk.Fault = (operation, path) =>
        {
            if (operation == DiskOperation.Open && path == "/d/logs/archive/app.log.1")
            {
                stage.Disk.Rename(path, "/d/logs/archive/app.log.2");
            }

            return null;
        };
        stage.Start();
        stage.Run(30);
        ShippedOnce(stage, A + B + C);
    }

    [Fact]
    public void A_copy_is_taken_once_the_file_that_could_not_be_opened_holds_something_else()
    {
        var stage = Running("/d/logs/*.log");
        stage.Stop();
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Disk.CopyTruncate("/d/logs/app.log", "/d/logs/app.log.1");
        stage.Disk.Append("/d/logs/app.log", "x\n");
        stage.Disk.Rename("/d/logs/app.log", "/d/logs/archive/app.log.2");
        stage.Disk.Append("/d/logs/app.log", C);
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path.Contains("app.log.", StringComparison.Ordinal)
            ? "Too many open files" : null;
        stage.Start();
        stage.Run(3);
        stage.Disk.Fault = null;
        stage.Run(60);
        Assert.Equal(Lines.Sorted(A + B + C), Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void What_is_not_found_is_counted_by_the_next_run_when_the_first_ended_too_soon()
    {
        var stage = Running("/d/logs/app.log");
        stage.Stop();
        stage.Disk.Rename("/d/logs/app.log", "/elsewhere/app.log.1");
        stage.Start();
        stage.Run(2);
        stage.Stop();
        Assert.Equal(0, stage.Counters.FilesVanished);
        stage.Start();
        stage.Run(20);
        Assert.Equal(1, stage.Counters.FilesVanished);
    }

    [Fact]
    public void A_directory_beside_it_that_can_never_be_listed_delays_the_error_by_ten_minutes_and_costs_little()
    {
        var stage = Running("/d/logs/app.log");
        stage.Stop();
        stage.Disk.MakeDirectory("/d/private");
        stage.Disk.Rename("/d/logs/app.log", "/elsewhere/app.log.1");
        var lists = 0;
        stage.Disk.Fault = (operation, path) =>
        {
            var isPrivate = operation == DiskOperation.List && path == "/d/private";
            lists += isPrivate ? 1 : 0;
            return isPrivate ? "Permission denied" : null;
        };
        stage.Start();
        stage.Run(TimeSpan.FromMinutes(12));
        Assert.Equal(1, stage.Counters.FilesVanished);
        Assert.InRange(lists, 2, 40);
    }

    [Fact]
    public void A_file_that_was_seen_to_be_deleted_is_no_error()
    {
        var stage = Running("/d/logs/*.log");
        stage.Disk.Delete("/d/logs/app.log");
        stage.Run(20);
        stage.Stop();
        stage.Start();
        stage.Run(20);
        Assert.Equal(0, stage.Counters.FilesVanished);
    }

    [Fact]
    public void A_search_that_would_take_too_long_is_cut_short_and_says_so()
    {
        var stage = Running("/d/logs/app.log");
        stage.Stop();
        stage.Disk.Rename("/d/logs/app.log", "/elsewhere/app.log.1");
        for (var name = 0; name <= 20_000; name++)
        {
            stage.Disk.Create($"/d/many/{name}");
        }

        stage.Start();
        stage.Run(20);
        Assert.Equal(1, stage.Counters.FilesVanished);
        Assert.Contains("ended after 20,000 names", stage.Trace.ToString(), StringComparison.Ordinal);
    }

    private static Stage Running(string pattern)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern], Trace = true });
        stage.Disk.Append("/d/logs/app.log", A);
        stage.Start();
        stage.Run(6);
        return stage;
    }

    /// <summary>While the service is stopped its file is copied, written to, and moved to another directory.</summary>
    private static Stage MovedBesideBackup()
    {
        var stage = Running("/d/logs/app.log");
        stage.Stop();
        stage.Disk.Append("/d/logs/app.log", B);
        stage.Disk.Copy("/d/logs/app.log", "/d/logs/backup");
        stage.Disk.Append("/d/logs/app.log", C);
        stage.Disk.Rename("/d/logs/app.log", "/d/logs/archive/app.log.1");
        return stage;
    }

    private static void End(Stage stage, bool isKilled)
    {
        if (isKilled)
        {
            stage.KillAfterCommit();
        }
        else
        {
            stage.Stop();
        }
    }
}
