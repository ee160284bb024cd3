using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class CopyTruncateTests
{
    public static TheoryData<string, string> Copies => new()
    {
        { "/logs/app.log*", "/logs/app.log.1" },
        { "/logs/app.log", "/logs/app.log.1" },
        { "/logs/app.log", "/logs/old-app" },
    };

    /// <summary>
    /// Truncations at different moments between two scans: the scan may see the copy before the reader sees the truncation.
    /// </summary>
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
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(3)]
    public void A_truncation_whose_size_is_seen_before_its_times_leaves_the_stream_in_the_copy(double secondsSinceTheLastWrite)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"] });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 200));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 201, 210));
        stage.Run(secondsSinceTheLastWrite);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Disk["/logs/app.log"].Content.Truncate(0); // as ext4 does it: the times follow when the blocks are free
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, 210) + Lines.Of("b", 1, 3));
        Assert.Equal(0, stage.Counters.BytesLost);
    }

    [Fact]
    public void A_truncation_whose_size_a_start_sees_before_its_times_leaves_the_stream_in_the_copy()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"] });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 200));
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Run(30);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Disk["/logs/app.log"].Content.Truncate(0);
        stage.Start();
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, 200) + Lines.Of("b", 1, 3));
        Assert.Equal(0, stage.Counters.BytesLost);
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
    [InlineData(nameof(DiskOperation.Stat))]
    [InlineData(nameof(DiskOperation.Read))]
    public void A_copy_whose_original_cannot_be_read_at_that_moment_waits_for_it(string failing)
    {
        var stage = Stage("/logs/*");
        stage.Disk.Append("/logs/other.log", Lines.Of("x", 1, 50));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 50));
        stage.Run(1.5);
        stage.Disk.Fault = (operation, path) => operation.ToString() == failing && path == "/logs/app.log" ? "Input/output error" : null;
        stage.Run(0.3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Run(2);
        stage.Disk.Fault = null;
        stage.Run(0.2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("x", 1, 50) + Lines.Of("a", 1, 50) + Lines.Of("b", 1, 3));
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
    [MemberData(nameof(Copies))]
    public void A_file_written_anew_before_it_was_read_at_all_and_copied_and_truncated_later_is_shipped_once(string pattern, string copy)
    {
        WrittenAnewUnread(pattern, copy, 200, 100, 220);
        WrittenAnewUnread(pattern, copy, 2, 1, 3); // shorter than what is compared
        WrittenAnewUnread(pattern, null, 200, 100, 220);
    }

    private static void WrittenAnewUnread(string pattern, string? copy, int before, int anew, int last)
    {
        for (var moment = 1; moment < 40; moment++)
        {
            var stage = Stage(pattern);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, before));
            var calls = 0;
            stage.Disk.BeforeCall = () =>
            {
                if (++calls == moment)
                {
                    stage.Disk.Truncate("/logs/app.log");
                    stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, anew));
                }
            };
            stage.Start();
            stage.Run(0.05);
            if (calls < moment)
            {
                Assert.InRange(moment, 5, 39);
                break;
            }

            stage.Disk.Append("/logs/app.log", Lines.Of("a", anew + 1, last));
            stage.Run(3);
            if (copy is null)
            {
                stage.Disk.Copy("/logs/app.log", "/logs/.tmp");
                stage.Disk.Rename("/logs/.tmp", "/logs/app.log");
            }
            else
            {
                stage.Disk.Copy("/logs/app.log", copy);
                stage.Run(1.2);
                stage.Disk.Truncate("/logs/app.log");
            }

            stage.Run(30);
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, last)), Lines.Sorted(stage.Delivered.ToString()));
        }
    }

    [Fact]
    public void A_file_written_anew_before_it_was_read_at_all_is_known_after_a_restart_when_its_directory_cannot_be_listed()
    {
        var stage = StartedWithoutMemory();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 8));
        stage.Disk.Append("/logs/b.log", Lines.Of("y", 1, 2));
        stage.Run(2);
        stage.KillAfterCommit();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 9, 20));
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/backup.gz" ? "Input/output error" : null;
        stage.Disk.Append("/logs/backup.gz", "x");
        stage.Start();
        stage.Run(2);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/old-app-1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(2);
        stage.Disk.Fault = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(60);
        var expected = Lines.Of("x", 1, 2) + Lines.Of("y", 1, 2) + Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3);
        Assert.Equal(Lines.Sorted(expected), Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void A_stream_that_may_be_longer_elsewhere_keeps_the_copy_that_it_was_read_in_beside_another_like_it()
    {
        for (var moment = 0; moment < 1000; moment += 90)
        {
            var stage = Started("/logs/app.log*", Lines.Of("a", 1, 99) + "half");
            stage.Run(6);
            stage.Disk.Append("/logs/unreadable", "x");
            stage.Disk.Fault = (operation, path) =>
                operation == DiskOperation.Open && path == "/logs/unreadable" ? "Input/output error" : null;
            stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup");
            stage.Run(TimeSpan.FromMilliseconds(moment));
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
            for (var second = 0; second < 40; second++)
            {
                stage.Disk.Append("/logs/unreadable", "x"); // so that nobody knows how much is in it
                stage.Run(1);
            }

            stage.Disk.Fault = null;
            stage.Run(30);
            var delivered = stage.Delivered.ToString().Replace("half\n", "", StringComparison.Ordinal); // which its writer left behind
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 99)), Lines.Sorted(Lines.Distinct(delivered)));
            Assert.All(
                delivered.Split('\n').CountBy(line => line),
                line => Assert.InRange(line.Value, 1, 2)); // the other may be a file of its own
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(900)]
    public void A_file_written_anew_before_it_was_read_at_all_does_not_take_the_place_of_its_copy_that_cannot_be_opened(double seconds)
    {
        var stage = StartedWithoutMemory();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 200));
        stage.Run(2);
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.Open && path == "/logs/app.log.1" ? "Permission denied" : null;
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 100) + Lines.Of("b", 1, 20));
        stage.Run(2);
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(seconds);
        stage.Disk.Fault = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);
        var expected = Lines.Of("x", 1, 2) + Lines.Of("a", 1, 200) + Lines.Of("a", 1, 100) + Lines.Of("b", 1, 20);
        Assert.Equal(Lines.Sorted(expected), Lines.Sorted(stage.Delivered.ToString()));
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

    [Fact]
    public void A_backup_made_earlier_does_not_win_over_the_copy_before_the_truncation()
    {
        foreach (var backup in new[] { "/logs/aside", "/logs/zzz", "/logs/app.log.backup" })
        {
            var stage = Started("/logs/app.log*", Lines.Of("a", 1, 100));
            stage.Run(3);
            stage.Disk.Copy("/logs/app.log", backup);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 110));
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/old-app");
            stage.Run(20);

            Assert.Contains(Lines.Of("a", 101, 110), stage.Delivered.ToString(), StringComparison.Ordinal);
            Assert.Equal(0, stage.BytesLost);
        }
    }

    [Fact]
    public void A_file_truncated_and_then_rotated_before_the_next_look_is_read_from_its_start()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 100));
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 10));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 100) + Lines.Of("b", 1, 10) + Lines.Of("c", 1, 10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_that_was_left_alone_within_a_line_and_is_continued_is_shipped_once(bool isTruncatedAtOnce)
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 200));
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 1505);
        stage.Run(8); // it is found to be a copy of what was shipped
        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", isTruncatedAtOnce ? long.MaxValue : 2012);
        if (!isTruncatedAtOnce)
        {
            stage.Run(3);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 201, 205));
            stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        }

        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, isTruncatedAtOnce ? 200 : 205) + Lines.Of("b", 1, 3));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_copy_that_was_left_alone_within_a_line_and_is_continued_while_the_service_is_stopped_is_shipped_once(
        bool isTruncated, bool isKilled)
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 200));
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 1505);
        stage.Run(8); // it is found to be a copy of what was shipped
        if (isKilled)
        {
            stage.KillAfterCommit();
        }
        else
        {
            stage.Stop();
        }

        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        if (isTruncated)
        {
            stage.Disk.Truncate("/logs/app.log");
        }

        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Start();
        stage.Run(30);
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 3));
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 200) + Lines.Of("b", 1, 3) + Lines.Of("c", 1, 3));
    }

    [Fact]
    public void A_short_stream_that_continues_in_its_copy_is_known_by_the_next_run_though_a_longer_copy_may_be_elsewhere()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 2));
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.PathStat && path == "/logs/app.log-other" ? "Permission denied" : null;
        stage.Disk.Append("/logs/app.log-other", Lines.Of("o", 1, 60));
        stage.Run(3);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 60));
        stage.Run(8);
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(5);
        stage.Disk.Fault = null;
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 2) + Lines.Of("b", 1, 60) + Lines.Of("o", 1, 60));
    }

    [Fact]
    public void What_is_appended_to_a_copy_that_ends_within_a_line_is_shipped_with_that_line()
    {
        var text = Lines.Of("a", 1, 200);
        var stage = Started("/logs/app.log*", text);
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 1505);
        stage.Run(8);
        Assert.NotEqual('\n', text[1504]);
        stage.Disk.Append("/logs/app.log.1", "ending\nlast\n");
        stage.Run(30);

        var line = text[(text.LastIndexOf('\n', 1504) + 1)..1505];
        ShippedOnce(stage, text + line + "ending\nlast\n");
    }

    [Fact]
    public void A_copy_of_a_file_that_was_written_anew_before_it_was_read_at_all_is_no_new_file()
    {
        var stage = Started("/logs/app*", "");
        stage.Disk.Append("/logs/app-2", Lines.Of("c", 1, 5));
        stage.Run(3);
        stage.Disk.Append("/logs/app-3", Lines.Of("d", 1, 5));
        var stream = stage.Shipper!.Streams.ByFile(stage.Disk["/logs/app.log"].Id)!;
        var isWritten = false;
        stage.Disk.Fault = (operation, _) =>
        {
            if (operation == DiskOperation.List && !isWritten)
            {
                stage.Disk.Append("/logs/app.log", Lines.Of("x", 1, 5));
                isWritten = true;
            }
            else if (stream.Place is not null && stream.Head.Length == 0)
            {
                stage.Disk.Fault = null;
                stage.Disk.Truncate("/logs/app.log");
                stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
            }

            return null;
        };
        stage.Run(3);
        Assert.Null(stage.Disk.Fault);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Run(1.5);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 60) + Lines.Of("c", 1, 5) + Lines.Of("d", 1, 5));
    }

    [Theory]
    [InlineData(1505)]
    [InlineData(long.MaxValue)]
    public void A_copy_is_known_though_its_original_could_not_be_compared_with_an_unreadable_file_for_long(long copied)
    {
        var stage = Started("/logs/app*", "");
        stage.Disk.Append("/logs/app-2", Lines.Of("c", 1, 5));
        stage.Run(3);
        stage.Disk.Append("/logs/app-3", ""); // each new file has the others compared
        stage.Run(3);
        stage.Disk.Fault = (operation, path) =>
            operation == DiskOperation.Read && path == "/logs/app-2" ? "Input/output error" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 200));
        stage.Run(20);
        stage.Disk.Append("/logs/app-4", "");
        stage.Run(20);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", copied);
        stage.Run(1.5);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(20);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 200) + Lines.Of("c", 1, 5));
    }

    [Fact]
    public void A_copy_waits_for_an_original_that_is_read_now_and_then_though_every_scan_failed_to_compare_it()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 200));
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Read && path == "/logs/app.log"
            && stage.Clock.Now % TimeSpan.TicksPerSecond is < 3 * TimeSpan.TicksPerSecond / 10 or > 9 * TimeSpan.TicksPerSecond / 10
                ? "Input/output error" : null;
        stage.Disk.Append("/logs/app.log-new", ""); // each new file has the others compared
        for (var line = 201; line <= 230; line++)
        {
            stage.Run(0.35);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", line, line));
            stage.Run(0.6);
            if (line == 215)
            {
                stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 1505);
            }

            stage.Run(0.05);
        }

        stage.Disk.Fault = null;
        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 230));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_copy_is_found_where_it_was_made_when_its_original_was_moved_to_another_directory_meanwhile(int unreadable)
    {
        var stage = Stage("/logs/**/app.log*");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 90));
        stage.Disk.MakeDirectory("/logs/old");
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 91, 120));
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/old-app");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Disk.Rename("/logs/app.log", "/logs/old/app.log-1");
        stage.Disk.Fault = (operation, path) =>
            path == "/logs/old-app" && operation == DiskOperation.Open ? "Permission denied" : null;
        stage.Run(3 * unreadable);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 120) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void A_truncation_that_shows_the_times_of_before_is_no_older_than_its_copy_though_the_file_was_renamed_since_it_was_written()
    {
        for (var moment = 0; moment < 1000; moment += 40)
        {
            var stage = Started("/logs/app.log*", Lines.Of("a", 1, 90));
            stage.Disk.TruncationTakes = _ => TimeSpan.FromMilliseconds(130);
            stage.Run(2);
            stage.Disk.Rename("/logs/app.log", "/logs/.tmp");
            stage.Disk.Rename("/logs/.tmp", "/logs/app.log");
            stage.Run(TimeSpan.FromMilliseconds(20_000 + moment));
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
            stage.Run(20);

            ShippedOnce(stage, Lines.Of("a", 1, 90));
        }
    }

    [Fact]
    public void Bytes_seen_behind_the_end_of_the_copy_are_counted_as_lost()
    {
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { MemoryChunks = 1 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", "two lines\nmore\n");
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(3);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);

        Assert.Equal(Lines.Of("a", 1, 9000), stage.Delivered.ToString());
        Assert.Equal("two lines\nmore\n".Length, stage.BytesLost);
    }

    /// <summary>Two lines of /logs/a.log have all of the memory, and the service takes nothing: what else is found is not read.</summary>
    private static Stage StartedWithoutMemory()
    {
        var stage = Stage("/logs/*.log");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Options = stage.Options with { MemoryChunks = 1 };
        stage.Disk.Append("/logs/a.log", Lines.Of("x", 1, 2));
        stage.Start();
        stage.Run(3);
        return stage;
    }
}
