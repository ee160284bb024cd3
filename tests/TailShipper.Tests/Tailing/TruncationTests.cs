using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class TruncationTests
{
    public static TheoryData<string, string> Copies => new()
    {
        { "/logs/app.log*", "/logs/app.log.1" },
        { "/logs/app.log", "/logs/app.log.1" },
        { "/logs/app.log", "/logs/old-app" },
    };

    /// <summary>Truncations at different moments between two scans: the scan may see the copy before the reader sees the truncation.</summary>
    public static TheoryData<string, string, int> CopiesAtMoments
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var row in Copies)
            {
                for (var moment = 0; moment < 1000; moment += 90)
                {
                    data.Add(row.Data.Item1, row.Data.Item2, moment);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CopiesAtMoments))]
    public void Unread_bytes_of_a_file_that_was_copied_and_truncated_come_from_the_copy(string pattern, string copy, int moment)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(TimeSpan.FromMilliseconds(3000 + moment));
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.CopyTruncate("/logs/app.log", copy);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public void A_file_copied_and_truncated_before_it_was_read_at_all_is_shipped_once(string pattern, string copy)
    {
        var stage = Stage(pattern);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Options = stage.Options with { MemoryChunks = 1 };
        stage.Disk.Append("/logs/other.log", Lines.Of("x", 1, 2));
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.CopyTruncate("/logs/app.log", copy);
        stage.Run(3);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);

        ShippedOnce(stage, Lines.Of("a", 1, 9000));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(450)]
    [InlineData(2450)]
    public void Lines_read_between_the_copy_and_the_truncation_do_not_make_the_copy_a_new_stream(int pause)
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 99));
        stage.Run(6);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 100, 100));
        stage.Run(1.02);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 102));
        stage.Run(TimeSpan.FromMilliseconds(pause));
        stage.Run(0.12);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 102) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void A_copy_in_the_making_is_not_taken_for_a_new_file()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 100));
        stage.Run(3);
        var whole = stage.Disk["/logs/app.log"].Content.Length;
        for (var copied = 0L; copied < whole; copied += 300)
        {
            stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", copied);
            stage.Run(1.3);
        }

        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 100) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void A_copy_that_stays_beside_its_original_is_a_file_of_its_own()
    {
        var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/copy.log");
        stage.Run(4);
        Assert.Equal(Lines.Of("a", 1, 10), stage.Delivered.ToString());
        stage.Run(10);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("a", 1, 10));
        stage.Disk.Append("/logs/copy.log", Lines.Of("c", 1, 3));
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 13));
        stage.Run(10);
        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("a", 1, 13) + Lines.Of("c", 1, 3));
    }

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
    [InlineData("/logs/app.log")]
    [InlineData("/logs/app.log*")]
    public void An_outage_of_many_copytruncates_loses_and_repeats_nothing(string pattern)
    {
        var stage = Stage(pattern);
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Start();
        var expected = "";
        for (var rotation = 1; rotation <= 6; rotation++)
        {
            var lines = Lines.Of($"r{rotation}", 1, 6000);
            expected += lines;
            stage.Disk.Append("/logs/app.log", lines[..(lines.Length / 2)]);
            stage.Run(5);
            stage.Disk.Append("/logs/app.log", lines[(lines.Length / 2)..]);
            stage.Run(5);
            stage.Disk.CopyTruncate("/logs/app.log", $"/logs/app.log.{rotation}");
            stage.Run(5);
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(180);

        ShippedOnce(stage, expected);
    }

    [Fact]
    public void Files_that_share_a_header_are_not_taken_for_copies_of_each_other()
    {
        for (var moment = 0; moment < 1000; moment += 130)
        {
            var header = new string('#', 600) + "\n";
            var stage = Stage("/logs/*.log*");
            foreach (var name in new[] { "a", "b", "c" })
            {
                stage.Disk.Append($"/logs/{name}.log", header);
            }

            stage.Start();
            stage.Run(2);
            stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 50));
            stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 9));
            stage.Run(TimeSpan.FromMilliseconds(2000 + moment));
            stage.Disk.Append("/logs/b.log", Lines.Of("b", 10, 15));
            foreach (var name in new[] { "a", "b", "c" })
            {
                stage.Disk.CopyTruncate($"/logs/{name}.log", $"/logs/{name}.log.1");
                stage.Disk.Append($"/logs/{name}.log", header + Lines.Of($"{name} again", 1, 7));
                stage.Disk.Append($"/logs/{name}-new.log", header + Lines.Of($"{name} new", 1, 5));
            }

            stage.Run(20);

            var expected = Lines.Of("a", 1, 50) + Lines.Of("b", 1, 15) + string.Concat(
                new[] { "a", "b", "c" }.Select(name => Lines.Of($"{name} again", 1, 7) + Lines.Of($"{name} new", 1, 5)));
            Assert.Equal(Lines.Sorted(expected), Lines.Sorted(stage.Delivered.ToString().Replace(header, "", StringComparison.Ordinal)));
            Assert.Equal(0, stage.BytesLost);
        }
    }
}
