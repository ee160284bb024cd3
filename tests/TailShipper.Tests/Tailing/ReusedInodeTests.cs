using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>The inode of a file that is gone holds another one's copy.</summary>
public sealed class ReusedInodeTests
{
    [Fact]
    public void What_is_lost_with_the_file_that_had_the_inode_before_is_counted()
    {
        var stage = Known("/logs/{a,b}.log*", Lines.Of("b", 1, 40), hasBirthTimes: true);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.CopyTruncate("/logs/a.log", "/logs/a.log.1");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90), lost: Lines.Of("b", 1, 40).Length);
    }

    [Fact]
    public void A_file_of_which_all_that_is_known_was_read_is_missed_aloud_although_another_out_of_the_patterns_has_its_inode()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 90));
        stage.Run(6);
        stage.Stop();
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/other", Lines.Of("o", 1, 200));
        stage.Run(1);
        stage.Start();
        stage.Run(30);
        Assert.Equal(1, stage.Counters.FilesVanished);
        Assert.Equal(0, stage.BytesLost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a ")]
    public void A_file_that_was_known_by_little_but_its_inode_does_not_go_on_in_the_copy_of_a_truncated_one(string little)
    {
        var stage = Known("/logs/*.log", little, hasBirthTimes: false);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.CopyTruncate("/logs/a.log", "/logs/elsewhere-1");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90), lost: little.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a ")]
    public void Nor_in_the_copy_of_one_that_is_open(string little)
    {
        var stage = Known("/logs/*.log", little, hasBirthTimes: false);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.Copy("/logs/a.log", "/logs/elsewhere-1");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90), lost: little.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c ")]
    public void Nor_in_the_copy_of_one_that_is_new(string little)
    {
        var stage = Known("/logs/*.log", little, hasBirthTimes: false);
        stage.Stop();
        stage.Disk.Append("/logs/c.log", Lines.Of("c", 1, 50));
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.Copy("/logs/c.log", "/logs/elsewhere-1");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90) + Lines.Of("c", 1, 50), lost: 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a ")]
    public void Nor_in_the_copy_of_one_that_was_read_on_and_truncated_since(string little)
    {
        var stage = Known("/logs/*.log", little, hasBirthTimes: false);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.Copy("/logs/a.log", "/logs/elsewhere-1");
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 91, 120));
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(1);
        stage.Disk.Truncate("/logs/a.log");
        stage.Disk.Append("/logs/a.log", Lines.Of("c", 1, 20));
        stage.Run(30);

        Shipped(stage, Lines.Of("a", 1, 120) + Lines.Of("c", 1, 20), lost: little.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("b ")]
    public void It_goes_on_in_its_own_where_that_is_rotated_out_of_the_pattern(string little)
    {
        var stage = Known("/logs/*.log", little, hasBirthTimes: false);
        stage.Stop();
        stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 40)[little.Length..]);
        stage.Disk.Rename("/logs/b.log", "/logs/elsewhere-1");
        GoOn(stage);

        ShippedOnce(stage, Lines.Of("a", 1, 90) + Lines.Of("b", 1, 40));
    }

    [Fact]
    public void A_few_characters_do_not_claim_a_file_that_no_pattern_names()
    {
        var stage = Known("/logs/*.log", "a ", hasBirthTimes: true);
        stage.Stop();
        stage.Disk.Copy("/logs/a.log", "/logs/elsewhere-1");
        stage.Disk.Delete("/logs/b.log");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90), lost: 2);
    }

    [Fact]
    public void A_whole_line_does()
    {
        var stage = Known("/logs/*.log", "b 0 order accepted\n", hasBirthTimes: true);
        stage.Stop();
        stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 40));
        stage.Disk.Copy("/logs/b.log", "/logs/elsewhere-1");
        stage.Disk.Delete("/logs/b.log");
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 90) + Lines.Of("b", 0, 40), lost: 0);
    }

    [Fact]
    public void What_was_shipped_from_copies_before_their_original_was_found_is_not_lost_with_it()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"] });
        stage.Disk.Fault = (_, path) => path == "/logs/app.log" ? "Permission denied" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 61, 90));
        stage.Start();
        stage.Run(8);
        stage.Disk.Fault = (operation, path) => path == "/logs/app.log" && operation == DiskOperation.Read
            && stage.Shipper!.Streams.Live.Count > 1 ? "Input/output error" : null;
        stage.Run(10);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Fault = null;
        stage.Run(30);

        Shipped(stage, Lines.Of("a", 1, 60), lost: Lines.Of("a", 61, 90).Length);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public void The_oldest_of_rotated_files_is_deleted_not_truncated(bool hasBirthTimes, long truncated)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"], Trace = true });
        stage.Disk.HasBirthTimes = hasBirthTimes;
        var written = "";
        for (var rotation = 1; rotation <= 4; rotation++)
        {
            stage.Disk.Append("/logs/app.log", Lines.Of($"{rotation}", 1, 60));
            written += Lines.Of($"{rotation}", 1, 60);
            if (rotation == 1)
            {
                stage.Start();
            }

            stage.Run(20);
            stage.Disk.Delete("/logs/app.log.1");
            stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        }

        stage.Run(30);
        ShippedOnce(stage, written);
        Assert.Equal(truncated, stage.Counters.Truncations);
        Assert.Equal(hasBirthTimes, stage.Trace.ToString().Contains("another file has its inode number now", StringComparison.Ordinal));
        Assert.Equal(!hasBirthTimes, stage.Trace.ToString().Contains("searching for the rest", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_was_seen_to_be_deleted_does_not_go_on_after_a_restart_in_a_copy_that_has_its_inode()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"] });
        stage.Disk.HasBirthTimes = false;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 90));
        stage.Start();
        stage.Run(3);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(1);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 120));
        stage.Run(1);
        stage.Stop();
        stage.Start();
        stage.Run(2);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        Assert.Equal(101u, (uint)stage.Disk["/logs/app.log.1"].Id.Inode);
        stage.Run(30);

        Shipped(stage, Lines.Of("a", 1, 90) + Lines.Of("a", 1, 120), lost: 0); // what was written once more is another file
    }

    [Fact]
    public void Nor_in_the_copy_of_what_was_written_after_its_deletion()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"] });
        stage.Disk.HasBirthTimes = false;
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 90));
        stage.Start();
        stage.Run(3);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(1);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 120));
        stage.Run(1);
        stage.Disk.Copy("/logs/app.log", "/logs/backup");
        stage.Stop();
        GoOn(stage);

        Shipped(stage, Lines.Of("a", 1, 120), lost: 0);
    }

    [Theory]
    [InlineData("/logs/*.log", true)]
    [InlineData("/logs/*", true)]
    [InlineData("/logs/*.log", false)]
    [InlineData("/logs/*", false)]
    public void Nor_does_a_file_that_begins_like_another_go_on_in_the_copy_of_that_other(string pattern, bool isCopy)
    {
        var header = Lines.Of("header", 1, 60);
        var stage = new Stage(new StageOptions { Patterns = [pattern] });
        stage.Disk.HasBirthTimes = false;
        var first = header[..(isCopy ? header.Length : header.IndexOf('\n', StringComparison.Ordinal) + 1)];
        stage.Disk.Append("/logs/a.log", first);
        stage.Disk.Append("/logs/b.log", first);
        stage.Start();
        stage.Run(6);
        stage.Disk.Append("/logs/a.log", header[first.Length..]);
        stage.Disk.Append("/logs/b.log", header[first.Length..]);
        stage.Run(6);
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 40));
        stage.Run(6);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.CopyTruncate("/logs/a.log", "/logs/elsewhere-1");
        Assert.Equal(102u, (uint)stage.Disk["/logs/elsewhere-1"].Id.Inode);
        stage.Disk.Append("/logs/a.log", Lines.Of("c", 1, 3));
        GoOn(stage);

        // What is written in two files alike is shipped of both, what was copied from one to the other is not.
        Shipped(stage, header + (isCopy ? "" : header) + Lines.Of("a", 1, 40) + Lines.Of("c", 1, 3), lost: 0);
    }

    private static void GoOn(Stage stage)
    {
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);
    }

    private static void Shipped(Stage stage, string lines, long lost)
    {
        Assert.Equal(Lines.Sorted(lines), Lines.Sorted(stage.Delivered.ToString()));
        Assert.Equal(lost, stage.BytesLost);
    }

    /// <summary>Two files that were seen and of which nothing was delivered.</summary>
    private static Stage Known(string pattern, string second, bool hasBirthTimes)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern] });
        stage.Disk.HasBirthTimes = hasBirthTimes;
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 90));
        stage.Disk.Append("/logs/b.log", second);
        stage.Start();
        stage.Run(6);
        return stage;
    }
}
