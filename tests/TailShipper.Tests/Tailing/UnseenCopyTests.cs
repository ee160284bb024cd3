using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A copy of what was lost is found while something beside it cannot be read: that may be a longer one.</summary>
public sealed class UnseenCopyTests
{
    // In the middle of line 61.
    private static readonly int Copied = Lines.Of("a", 1, 60).Length + 5;

    [Theory]
    [InlineData("/logs/app.log", 20)]
    [InlineData("/logs/app.log", 300)]
    [InlineData("/logs/app.log*", 20)]
    public void A_stream_that_went_on_in_the_shorter_copy_goes_on_in_the_longer_one_as_soon_as_that_is_seen(string pattern, double wait)
    {
        var stage = Stopped(pattern);
        stage.Run(wait);
        Assert.Contains(Lines.Of("a", 1, 60), stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Disk.Fault = null;
        stage.Run(30);

        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 90)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        Assert.Equal(0, stage.BytesLost);
    }

    [Theory]
    [InlineData(6.5)]
    [InlineData(20)]
    public void So_it_does_after_a_restart(double wait)
    {
        var stage = Stopped("/logs/app.log");
        stage.Run(wait);
        stage.KillAfterCommit();
        stage.Disk.Fault = wait < 10 ? null : stage.Disk.Fault;
        stage.Start();
        stage.Run(20);
        stage.Disk.Fault = null;
        stage.Run(30);

        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 90)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_directory_that_goes_away_in_the_middle_of_a_scan_hides_the_longer_copy()
    {
        var stage = Stopped("/logs/app.log*", start: false);
        var listings = 0;
        stage.Disk.Fault = (operation, _) =>
        {
            // The pattern's own listing comes first, then those of the search.
            stage.Disk.Hidden = operation == DiskOperation.List && ++listings == 2 ? "/logs" : stage.Disk.Hidden;
            return null;
        };
        stage.Start();
        stage.Run(2);
        Assert.Equal("/logs", stage.Disk.Hidden);
        stage.Disk.Fault = null;
        stage.Disk.Hidden = null;
        stage.Run(30);

        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 90)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void What_can_never_be_looked_at_is_not_waited_for_without_end()
    {
        var stage = Stopped("/logs/app.log");
        stage.Run(TimeSpan.FromMinutes(15));
        var calls = stage.Disk.Calls;
        stage.Run(TimeSpan.FromMinutes(15));

        Assert.Equal(Lines.Of("a", 1, 61)[..Copied] + "\n", stage.Delivered.ToString());
        Assert.InRange(stage.Trace.Count("resuming at byte"), 1, 3);
        Assert.All(stage.Shipper!.Streams.All, stream =>
            Assert.True(stream.Phase is StreamPhase.Drained or StreamPhase.Acknowledged || stream.ExpectedPath is not null, stream.Path));
        Assert.InRange(stage.Disk.Calls - calls, 0, 30 * 60 * 20);
    }

    [Fact]
    public void What_is_small_and_long_at_rest_holds_no_longer_copy()
    {
        var stage = new Stage(new StageOptions());
        stage.Disk.Append("/logs/secret", "root only\n");
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/secret" ? "Permission denied" : null;
        stage.Run(60);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
        stage.Run(2);

        ShippedOnce(stage, Lines.Of("a", 1, 20));
    }

    [Fact]
    public void A_copy_that_cannot_be_opened_for_long_is_known_again_when_it_can()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 20));
        stage.Run(3);
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/app.log.1" ? "Input/output error" : null;
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 5));
        stage.Run(60);
        stage.Disk.Fault = null;
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 5));
    }

    [Fact]
    public void The_growing_copy_of_a_file_that_cannot_be_opened_waits()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 60));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/app.log" ? "Permission denied" : null;
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 700);
        stage.Start();
        stage.Run(2);
        stage.Disk.Fault = null;
        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 5));
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 60) + Lines.Of("b", 1, 5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void A_copy_is_not_read_again_while_a_longer_one_is_searched_for(int lines)
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, lines));
        stage.Run(3);
        stage.Stop();
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/elsewhere", Lines.Of("z", 1, 500));
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/elsewhere" ? "Permission denied" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Start();
        stage.Run(40);

        ShippedOnce(stage, Lines.Of("a", 1, lines) + Lines.Of("b", 1, 3));
    }

    [Theory]
    [InlineData("/logs/app.log")]
    [InlineData("/logs/app.log*")]
    public void A_copy_that_is_renamed_while_the_directory_is_read_is_found_by_the_next_search(string pattern)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern] });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
        stage.Start();
        stage.Run(2);
        stage.Stop();
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup", Lines.Of("a", 1, 55).Length);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        var renamed = false;
        stage.Disk.Fault = (operation, path) =>
        {
            if (!renamed && operation == DiskOperation.PathStat && path == "/logs/elsewhere-1")
            {
                renamed = true;
                stage.Disk.Rename("/logs/elsewhere-1", "/logs/elsewhere-2");
            }

            return null;
        };
        stage.Start();
        stage.Run(30);

        Assert.True(renamed);
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 60)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        Assert.Equal(0, stage.BytesLost);
    }

    /// <summary>60 lines were seen, 90 were written; a backup holds the 60, a copy that cannot be opened all of them.</summary>
    private static Stage Stopped(string pattern, bool start = true)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern], Trace = true });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
        stage.Start();
        stage.Run(2);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 61, 90));
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup", Copied);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/elsewhere-1" ? "Input/output error"
            : null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        if (start)
        {
            stage.Start();
        }

        return stage;
    }
}
