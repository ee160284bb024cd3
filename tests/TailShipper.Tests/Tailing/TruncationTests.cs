using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class TruncationTests
{
    [Fact]
    public void A_file_truncated_in_place_starts_again_and_nothing_is_reported_lost_that_was_read()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 3));
        Assert.Equal(1, stage.Counters.Truncations);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(500)]
    public void A_file_truncated_and_rewritten_at_once_is_read_from_its_start(int lines)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, lines));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, lines));
    }

    [Fact]
    public void A_file_rewritten_to_the_same_size_within_one_tick_of_its_modification_time_is_read_again()
    {
        var stage = Stage("/logs/app.log");
        stage.Disk.TimeGrain = 2 * TimeSpan.TicksPerSecond;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(0.9);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_half_line_that_is_overwritten_by_a_shorter_whole_line_is_shipped(int wholeLines)
    {
        var before = Lines.Of("a", 1, wholeLines);
        var stage = Started("/logs/app.log", before + "half a line that");
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log", before.Length);
        stage.Disk.Append("/logs/app.log", "short\n");
        stage.Run(20);

        Assert.Equal(before + "short\n", stage.Delivered.ToString());
    }

    [Fact]
    public void What_was_copied_unread_is_not_taken_for_the_beginning_of_what_was_written_in_its_place()
    {
        var options = new StageOptions { Patterns = ["/logs/*"], MemoryChunks = 2, ScanInterval = TimeSpan.FromSeconds(0.2) };
        var stage = new Stage(options);
        stage.Disk.Append("/logs/app.log", "first\n");
        stage.Start();
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(0.5);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/other.log", Lines.Of("a", 1, 90000));
        stage.Run(0.25);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 5));
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-copy");
        stage.Run(0.25);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 100));
        stage.Run(2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("d", 1, 3));
        stage.Run(2);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(60);

        Assert.Equal(
            Lines.Sorted("first\n" + Lines.Of("a", 1, 90000) + Lines.Of("b", 1, 5) + Lines.Of("d", 1, 3)),
            Lines.Sorted(stage.Delivered.ToString()));
        Assert.Equal(Lines.Of("c", 1, 100).Length, stage.BytesLost);
    }

    [Fact]
    public void What_waits_to_be_whole_is_known_by_its_copy()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 90));
        stage.Run(6);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 20));
        stage.Run(2);
        Assert.Equal(Lines.Of("a", 1, 90), stage.Delivered.ToString()); // more of the old content may come
        stage.Stop();
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 90) + Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void Bytes_seen_and_taken_away_unread_are_counted_once_in_the_size_they_had()
    {
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { MemoryChunks = 1 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        var unread = stage.Disk["/logs/app.log"].Content.Length - stage.Counters.BytesRead;
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 20_000));
        stage.Run(3);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);

        Assert.Equal(unread, stage.BytesLost);
        Assert.EndsWith(Lines.Of("b", 1, 20_000), stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Stop();
        stage.Start();
        stage.Run(30);
        Assert.Equal(unread, stage.BytesLost);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100)]
    public void A_file_rewritten_at_any_moment_of_its_reading_gives_no_line_that_nobody_wrote(int longestRead)
    {
        var moment = 0;
        for (var calls = 1; calls > moment; moment++)
        {
            var stage = new Stage(new StageOptions());
            var (old, rewritten) = (Lines.Of("old", 1, 60), Lines.Of("rewritten and longer", 1, 90));
            stage.Disk.LongestRead = longestRead;
            stage.Disk.Append("/logs/app.log", old[..500]);
            stage.Start();
            stage.Run(1);
            stage.Disk.Append("/logs/app.log", old[500..]);
            calls = 0;
            stage.Disk.BeforeCall = () =>
            {
                if (calls++ == moment)
                {
                    stage.Disk.Truncate("/logs/app.log");
                    stage.Disk.Append("/logs/app.log", rewritten);
                }
            };
            stage.Run(10);
            if (calls <= moment)
            {
                break;
            }

            stage.Run(10);
            var lines = (old + rewritten).Split('\n').ToHashSet();
            var delivered = stage.Delivered.ToString();
            Assert.All(delivered.Split('\n'), line => Assert.Contains(line, lines));
            Assert.EndsWith(rewritten, delivered, StringComparison.Ordinal);
        }

        Assert.True(moment > 30, $"only {moment} moments");
    }

    [Fact]
    public void What_a_copy_that_became_a_file_of_its_own_ships_is_not_counted_as_lost_with_its_original()
    {
        var stage = Stage("/logs/app.log*");
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60_000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Run(20);
        Assert.InRange(stage.Shipper!.Streams.All.Min(stream => stream.Position), 0, stage.Disk["/logs/app.log"].Content.Length / 2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(20);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);

        Assert.Equal(Lines.Of("a", 1, 60_000), Lines.Distinct(stage.Delivered.ToString()));
        Assert.Equal(0, stage.BytesLost);
    }
}
