using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing.Archives;

/// <summary>A stream that is not finished continues in a gzip file; nothing else is ever read from one.</summary>
public sealed class RotatedArchiveTests
{
    public static TheoryData<string> Patterns => ["/logs/app.log", "/logs/app.log*"];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void What_was_rotated_and_compressed_while_stopped_is_shipped_to_its_end(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20) + "a half line");
        RotateCompressed(stage);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + "a half line\n" + Lines.Of("b", 1, 10));
        stage.Stop();
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 20) + "a half line\n" + Lines.Of("b", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void An_archive_of_what_was_shipped_is_not_shipped(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        RotateCompressed(stage);
        stage.Start();
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.CompressBeside("/logs/app.log.1");
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void The_copy_of_a_truncated_file_is_found_when_it_was_compressed_at_once(string pattern)
    {
        for (var moment = 0; moment < 1000; moment += 90)
        {
            var stage = Started(pattern, Lines.Of("a", 1, 10));
            stage.Run(TimeSpan.FromMilliseconds(3000 + moment));
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
            stage.Disk.Compress("/logs/app.log.1");
            stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
            stage.Run(30);

            ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
        }
    }

    [Fact]
    public void Killed_at_any_moment_while_it_reads_an_archive_it_goes_on_there()
    {
        const int call = 500 * 24; // one is under way and may still arrive
        for (var moment = 0; moment < 12_000; moment += 1300)
        {
            var stage = Stage("/logs/app.log");
            stage.Options = stage.Options with { MemoryChunks = 2 };
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 100));
            stage.Start();
            stage.Run(3);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 30_000));
            RotateCompressed(stage);
            stage.Start();
            stage.Run(TimeSpan.FromMilliseconds(moment));
            stage.Kill();
            var arrived = stage.Delivered.Length;
            stage.Start();
            stage.Run(60);

            Assert.Equal(Lines.Of("a", 1, 30_000), Ordered(Lines.Distinct(stage.Delivered.ToString())));
            Settled(stage);
            var repeated = stage.Delivered.Length - Lines.Of("a", 1, 30_000).Length;
            Assert.InRange(repeated, 0, arrived + call);
            if (moment > 9_000)
            {
                Assert.Equal(0, repeated);
            }
        }
    }

    [Fact]
    public void An_archive_that_is_still_written_is_waited_for()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 5000));
        var archive = stage.Disk.Gzip("/logs/app.log");
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Create("/logs/app.log.1.gz");
        stage.Start();
        for (var written = 0; written < archive.Length; written += 600)
        {
            stage.Disk.Append("/logs/app.log.1.gz", archive.AsSpan(written, Math.Min(600, archive.Length - written)));
            stage.Run(2);
            Assert.Equal(0, stage.BytesLost);
        }

        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 5000));
    }

    [Fact]
    public void A_damaged_archive_is_reported_once_its_bytes_are_lost_and_it_is_not_read_again_and_again()
    {
        var stage = new Stage(new StageOptions { Trace = true });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Run(8);
        stage.KillAfterCommit();
        var archive = stage.Disk.Gzip("/logs/app.log");
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/app.log.1.gz", archive.AsSpan(0, archive.Length - 3));
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        var reads = 0;
        stage.Disk.Fault = (operation, path) =>
        {
            reads += operation == DiskOperation.Read && path.EndsWith(".gz", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        stage.Start();
        stage.Run(60);

        Assert.Equal(Lines.Of("a", 11, 20).Length, stage.BytesLost);
        Assert.Equal(1, stage.Trace.Count("cannot be used"));
        Assert.InRange(reads, 1, 20);
    }

    [Fact]
    public void A_longer_archive_wins_over_a_shorter_plain_copy_and_the_plain_copy_over_an_archive_as_long()
    {
        foreach (var plainIsWhole in new[] { false, true })
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
            stage.Run(3);
            stage.Stop();
            stage.Disk.Copy("/logs/app.log", "/logs/backup");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
            RotateCompressed(stage);
            if (plainIsWhole)
            {
                stage.Disk.Delete("/logs/backup");
                stage.Disk.Append("/logs/backup", Lines.Of("a", 1, 20));
            }

            stage.Start();
            stage.Run(20);
            ShippedOnce(stage, Lines.Of("a", 1, 20));
        }
    }

    [Fact]
    public void Of_archives_that_share_a_long_header_each_stream_finds_its_own()
    {
        var header = new string('#', 3000) + "\n";
        var stage = Stage("/logs/*.log");
        for (var file = 0; file < 9; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", header + Lines.Of($"f{file}", 1, 10));
        }

        stage.Start();
        stage.Run(3);
        stage.Stop();
        var expected = "";
        for (var file = 0; file < 9; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", Lines.Of($"f{file}", 11, 20));
            stage.Disk.Rename($"/logs/{file}.log", $"/logs/{file}.log.1");
            stage.Disk.Compress($"/logs/{file}.log.1");
            stage.Disk.Append($"/logs/older-{file}.log.2", header + Lines.Of($"never seen {file}", 1, 10));
            stage.Disk.Compress($"/logs/older-{file}.log.2");
            expected += header + Lines.Of($"f{file}", 1, 20);
        }

        stage.Start();
        stage.Run(60);
        ShippedOnce(stage, expected);
    }

    [Fact]
    public void Names_that_move_up_while_stopped_are_followed_into_archives()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2");
        stage.Disk.Compress("/logs/app.log.2");
        stage.Disk.Rename("/logs/app.log.2.gz", "/logs/app.log.3.gz");
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 10));
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10) + Lines.Of("c", 1, 10));
    }

    [Fact]
    public void An_archive_deleted_or_renamed_while_it_is_read_is_read_to_its_end()
    {
        foreach (var isDeleted in new[] { false, true })
        {
            var stage = Stage("/logs/app.log");
            stage.Options = stage.Options with { MemoryChunks = 2 };
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 100));
            stage.Start();
            stage.Run(3);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 30_000));
            RotateCompressed(stage);
            stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
            stage.Start();
            stage.Run(5);
            if (isDeleted)
            {
                stage.Disk.Delete("/logs/app.log.1.gz");
            }
            else
            {
                stage.Disk.Rename("/logs/app.log.1.gz", "/logs/app.log.2.gz");
            }

            stage.Run(5);
            Assert.Equal(isDeleted, stage.Counters.DeletedBytesHeld > 0);
            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            stage.Run(120);
            ShippedOnce(stage, Lines.Of("a", 1, 30_000));
            Assert.Equal(0, stage.Counters.DeletedBytesHeld);
        }
    }

    [Fact]
    public void What_may_be_in_an_archive_that_cannot_be_read_is_lost_and_the_archive_is_named()
    {
        var stage = new Stage(new StageOptions { Trace = true });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(8);
        stage.KillAfterCommit();
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/app.log-20240101.zst", "whatever");
        stage.Disk.Append("/logs/other.log-20240101.zst", "whatever else");
        stage.Start();
        stage.Run(20);

        Assert.Equal(Lines.Of("a", 1, 10).Length, stage.BytesLost);
        Assert.Contains("/logs/app.log-20240101.zst may hold", stage.Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_a_sibling_that_can_never_be_looked_at_a_loss_is_reported_after_a_while_and_taken_back_when_it_is_found()
    {
        var stage = new Stage(new StageOptions { Trace = true });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(8);
        stage.KillAfterCommit();
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.PathStat && path == "/logs/app.log.1" ? "Input/output error"
            : null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(590);
        Assert.Equal(0, stage.BytesLost);
        stage.Run(30);
        Assert.Equal(Lines.Of("a", 1, 10).Length, stage.BytesLost);
        Assert.Contains("something in its directory cannot be accessed", stage.Trace.ToString(), StringComparison.Ordinal);
        stage.Disk.Fault = null;
        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    [Theory]
    [InlineData("/logs/app.log", true)]
    [InlineData("/logs/app.log*", false)]
    public void Rotations_that_came_and_went_while_stopped_outside_the_pattern_are_named(string pattern, bool isNamed)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern], Trace = true });
        stage.Disk.Append("/logs/app.log.2", Lines.Of("old", 1, 10));
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(1);
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Run(60);
        stage.Disk.Rename("/logs/app.log.2", "/logs/app.log.4");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.3");
        stage.Disk.Append("/logs/app.log.2", Lines.Of("b", 1, 10));
        stage.Disk.Append("/logs/app.log.1", Lines.Of("c", 1, 10));
        stage.Disk.Append("/logs/app.log.config", "whatever");
        stage.Disk.Append("/logs/app.log", Lines.Of("d", 1, 10));
        stage.Start();
        stage.Run(20);

        var trace = stage.Trace.ToString();
        foreach (var name in new[] { "/logs/app.log.1", "/logs/app.log.2" })
        {
            Assert.Equal(isNamed, trace.Contains($"{name} looks like", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("/logs/app.log.3 looks like", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("/logs/app.log.4 looks like", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("app.log.config looks like", trace, StringComparison.Ordinal);
        Assert.Equal(isNamed, !stage.Delivered.ToString().Contains("b 1 order", StringComparison.Ordinal));
    }

    private static void RotateCompressed(Stage stage)
    {
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Compress("/logs/app.log.1");
    }

    private static string Ordered(string text) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .OrderBy(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).Select(line => line + "\n"));
}
