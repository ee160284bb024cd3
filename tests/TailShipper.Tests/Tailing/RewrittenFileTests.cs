using System.Globalization;
using System.Text;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>
/// Files that are written anew with what they held before: nothing is shipped twice of which there is proof, and nothing is lost.
/// </summary>
public sealed class RewrittenFileTests
{
    private const string Path = "/logs/app.log";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(400)]
    [InlineData(500_000)]
    public void A_file_that_is_truncated_and_written_anew_with_more_is_shipped_once(int seenAt)
    {
        for (var moment = 0; moment < 1000; moment += 310)
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 20_000));
            stage.Run(TimeSpan.FromMilliseconds(moment));
            for (var round = 2; round <= 3; round++)
            {
                stage.Run(6);
                Rewrite(stage, Lines.Of("a", 1, 20_000 * round), seenAt);
            }

            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 60_000));
        }
    }

    [Fact]
    public void What_replaced_a_file_that_was_rewritten_unread_is_recorded_as_far_as_it_is_shipped()
    {
        var stage = Started(Path, Lines.Of("a", 1, 30));
        stage.Run(6);
        var (isScanning, failed) = (false, 0);
        stage.Disk.Fault = (operation, path) =>
        {
            isScanning |= operation == DiskOperation.PathStat && path == Path;
            return operation == DiskOperation.Read && path == Path && (!isScanning || ++failed <= 1) ? "Input/output error" : null;
        };
        stage.Disk.Truncate(Path);
        stage.Disk.Append(Path, Lines.Of("b", 1, 60));
        stage.Disk.Copy(Path, "/logs/.tmp");
        stage.Disk.Append("/logs/.tmp", Lines.Of("b", 61, 90));
        stage.Disk.Rename("/logs/.tmp", Path);
        stage.Run(20);

        Assert.True(failed > 1);
        ShippedOnce(stage, Lines.Of("a", 1, 30) + Lines.Of("b", 1, 90));
        Assert.All(stage.Shipper!.Streams.All, stream =>
            Assert.Equal(stream.Ring.Committed, stage.Shipper.Journal.Latest(stream.Id)?.Committed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public void So_is_a_short_one(int lines)
    {
        foreach (var seenAt in new[] { 0, 7, -1 })
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, lines));
            for (var round = 2; round <= 4; round++)
            {
                stage.Run(4);
                Rewrite(stage, Lines.Of("a", 1, lines * round), seenAt);
            }

            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, lines * 4));
        }
    }

    [Theory]
    [InlineData(19_001, 0)]
    [InlineData(19_001, -1)]
    [InlineData(19_001, 300)]
    [InlineData(19_990, -1)]
    public void The_beginning_is_cut_off_in_place(int first, int seenAt)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 20_000));
        stage.Run(6);
        Rewrite(stage, Lines.Of("a", first, 20_000), seenAt);
        stage.Run(2);
        stage.Disk.Append(Path, "new\n");
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, 20_000) + "new\n");
    }

    [Theory]
    [InlineData(19_001)]
    [InlineData(19_990)]
    public void The_beginning_is_cut_off_by_a_new_file_in_its_place(int first)
    {
        for (var moment = 0; moment < 1000; moment += 210)
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 20_000));
            stage.Run(TimeSpan.FromMilliseconds(6000 + moment));
            Replace(stage, Lines.Of("a", first, 20_000));
            stage.Disk.Append(Path, "new\n");
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 20_000) + "new\n");
        }
    }

    [Theory]
    [InlineData("ORDER")]
    [InlineData("a longer order")]
    public void A_line_is_changed_in_a_new_file_in_its_place(string changed)
    {
        var before = Lines.Of("a", 1, 20_000);
        var line = Lines.Of("a", 10_000, 10_000);
        var after = before.Replace(line, line.Replace("order", changed, StringComparison.Ordinal), StringComparison.Ordinal);
        var stage = Started("/logs/app.log", before);
        stage.Run(6);
        Replace(stage, after);
        stage.Disk.Append(Path, "new\n");
        stage.Run(30);
        Assert.Equal(before + after[after.IndexOf(changed, StringComparison.Ordinal)..].Insert(0, "a 10000 ") + "new\n",
            stage.Delivered.ToString());
        Settled(stage);
    }

    [Fact]
    public void A_line_near_the_end_is_changed_in_place()
    {
        var before = Lines.Of("a", 1, 20_000);
        var stage = Started("/logs/app.log", before);
        stage.Run(6);
        Rewrite(stage, before.Replace("a 19990 order", "a 19990 changed order", StringComparison.Ordinal), -1);
        stage.Run(30);
        Assert.Equal(before + "a 19990 changed order accepted\n" + Lines.Of("a", 19_991, 20_000), stage.Delivered.ToString());
        Settled(stage);
    }

    [Theory]
    [InlineData("[\n", "]\n", ",")]
    [InlineData("{\"entries\": [\n", "]}\n", ",")]
    [InlineData("<log>\n", "</log>\n", "")]
    public void The_end_of_a_list_is_overwritten_by_its_next_entry(string open, string close, string separator)
    {
        foreach (var isLong in new[] { false, true })
        {
            var padding = isLong ? new string('x', 200) : "";
            string Entry(int number) => string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{number},\"text\":\"{padding}\"}}");
            var text = new StringBuilder(open).Append(Entry(0)).Append('\n');
            var stage = Started("/logs/app.log", text + close);
            for (var number = 1; number <= 20; number++)
            {
                stage.Run(2);
                stage.Disk.Truncate(Path, text.Length - 1);
                var more = $"{separator}\n{Entry(number)}\n";
                text.Length--;
                text.Append(more);
                stage.Disk.Append(Path, more + close);
            }

            stage.Run(20);
            var lines = stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var number = 0; number <= 20; number++)
            {
                Assert.Single(lines, line => line == Entry(number));
            }

            Assert.Single(lines, open.TrimEnd());
            Assert.All(lines, line => Assert.True(
                line == open.TrimEnd() || line == close.TrimEnd() || line.StartsWith("{\"n\":", StringComparison.Ordinal), line));
            Settled(stage);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void A_growing_file_that_is_replaced_again_and_again_is_shipped_once(int lines)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, lines));
        for (var round = 2; round <= 20; round++)
        {
            stage.Run(1.1);
            Replace(stage, Lines.Of("a", 1, lines * round));
        }

        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, lines * 20));
    }

    [Fact]
    public void So_it_is_when_a_copy_ends_in_the_middle_of_a_line_and_the_service_refuses_for_a_while()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 400));
        var text = Lines.Of("a", 1, 5000);
        for (var round = 1; round <= 10; round++)
        {
            stage.Run(1.1);
            stage.Firehose.Mood = _ => round % 3 == 0 ? FirehoseMood.Throttle : FirehoseMood.Accept;
            Replace(stage, text[..(round * 10_007)]);
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(1.1);
        Replace(stage, text);
        stage.Run(60);
        ShippedOnce(stage, text);
    }

    [Fact]
    public void So_it_is_when_the_service_stops_before_the_old_file_is_read_to_its_end()
    {
        foreach (var pattern in new[] { "/logs/app.log", "/logs/app.log*" })
        {
            var stage = new Stage(new StageOptions { Patterns = [pattern], MemoryChunks = 2 });
            stage.Disk.Append(Path, Lines.Of("a", 1, 500));
            stage.Start();
            stage.Run(3);
            stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
            stage.Disk.Append(Path, Lines.Of("a", 501, 9000));
            stage.Run(1.1);
            Replace(stage, Lines.Of("a", 1, 9100));
            stage.Run(2);
            stage.Stop();
            stage.Disk.Copy(Path, "/logs/backup");
            stage.Disk.Append(Path, Lines.Of("a", 9101, 9200));
            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            stage.Start();
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 9200));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(4000)]
    public void A_line_written_to_the_old_file_after_it_was_replaced_is_shipped_too(int milliseconds)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 100));
        stage.Run(6);
        var old = stage.Disk[Path];
        Replace(stage, Lines.Of("a", 1, 110));
        stage.Run(TimeSpan.FromMilliseconds(1000 + milliseconds));
        old.Content.Append("late\n"u8);
        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 110) + "late\n");
        Assert.Single(stage.Shipper!.Streams.All, stream => stream.Handle is not null);
    }

    [Fact]
    public void Killed_at_any_moment_it_loses_nothing()
    {
        for (var moment = 0; moment < 3000; moment += 230)
        {
            foreach (var isReplaced in new[] { false, true })
            {
                var stage = Started("/logs/app.log", Lines.Of("a", 1, 200));
                stage.Run(3);
                stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(700);
                stage.Disk.Append(Path, Lines.Of("a", 201, 220));
                stage.Run(0.3);
                if (isReplaced)
                {
                    Replace(stage, Lines.Of("a", 1, 240));
                }
                else
                {
                    Rewrite(stage, Lines.Of("a", 1, 240), 100);
                }

                stage.Run(TimeSpan.FromMilliseconds(moment));
                stage.Kill();
                stage.Start();
                stage.Run(30);
                Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 240)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
            }
        }
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1, 2, false)]
    [InlineData(50, 1, false)]
    [InlineData(50, 2, false)]
    [InlineData(50, 1, true)]
    public void Killed_when_it_was_replaced_before_its_last_lines_were_read_it_loses_nothing(int first, int times, bool isRotated)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], MemoryChunks = 2 });
        stage.Disk.Append(Path, Lines.Of("a", 1, 200));
        stage.Start();
        stage.Run(3);
        var old = stage.Shipper!.Streams.All.Single();
        var read = old.Position;
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/other.log", Lines.Of("b", 1, 9000)); // there is no memory for anything else
        stage.Run(3);
        stage.Disk.Append(Path, Lines.Of("a", 201, 220));
        for (var round = 1; round <= times; round++)
        {
            Replace(stage, Lines.Of("a", first, 220 + (round * 20)));
            stage.Run(3);
        }

        Assert.Equal(read, old.Position);
        stage.KillAfterCommit();
        if (isRotated)
        {
            stage.Disk.Rename(Path, "/logs/app.1"); // which no pattern names
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);
        Assert.Equal(
            Lines.Sorted(Lines.Of("a", 1, 220 + (times * 20)) + Lines.Of("b", 1, 9000)),
            Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Killed_when_it_was_written_anew_more_than_once_before_all_was_acknowledged_it_loses_nothing(int times)
    {
        for (var moment = 0; moment < 3000; moment += 500)
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 200));
            stage.Run(3);
            stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
            stage.Disk.Append(Path, Lines.Of("a", 201, 220));
            stage.Run(1.5);
            for (var round = 0; round < times; round++)
            {
                Rewrite(stage, Lines.Of("a", 1, 220), 100);
                stage.Run(0.4);
            }

            stage.Run(TimeSpan.FromMilliseconds(moment));
            stage.KillAfterCommit();
            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            stage.Start();
            stage.Run(30);
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 220)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        }
    }

    /// <summary>What waits is two streams further back in the file; the one between is done before it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Killed_while_a_call_from_before_it_was_written_anew_twice_hangs_it_loses_nothing(bool isMoved)
    {
        var stage = new Stage(new StageOptions { Patterns = [Path], MaxCalls = 4 });
        stage.Disk.Append(Path, Lines.Of("a", 1, 200));
        stage.Start();
        stage.Run(3);
        const int Hanging = 15; // records, so many as no other call has
        stage.Firehose.Mood = records => records == Hanging ? FirehoseMood.Hang : FirehoseMood.Accept;
        stage.Firehose.Latency = () => TimeSpan.FromSeconds(5);
        stage.Disk.Append(Path, Lines.Of("a", 201, 200 + Hanging));
        stage.Run(1.5);
        for (var lines = 240; lines <= 260; lines += 20)
        {
            stage.Disk.Truncate(Path);
            stage.Disk.Append(Path, Lines.Of("a", 1, lines)[..100]);
            stage.Run(0.6);
            stage.Disk.Append(Path, Lines.Of("a", 1, lines)[100..]);
            stage.Run(2);
        }

        stage.Run(6);
        Assert.Contains("a 260 order", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a 210 order", stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.KillAfterCommit();
        if (isMoved)
        {
            stage.Disk.MakeDirectory("/logs/old");
            stage.Disk.Rename(Path, "/logs/old/app.1"); // while nobody looked
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(20);
        stage.Start();
        stage.Run(30);
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 260)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_file_that_was_replaced_before_all_of_it_was_settled_one_copy_is_read_after_a_restart(bool birthTimes)
    {
        var stage = new Stage(new StageOptions { Patterns = [Path] });
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append(Path, Lines.Of("a", 1, 150));
        stage.Start();
        stage.Run(6);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append(Path, Lines.Of("a", 151, 160));
        stage.Run(2);
        stage.Disk.Copy(Path, "/logs/.tmp");
        stage.Disk.Rename("/logs/.tmp", Path);
        stage.Run(0.1);
        stage.Disk.Append(Path, Lines.Of("a", 161, 170));
        stage.Run(2);
        stage.KillAfterCommit();
        stage.Disk.Append(Path, Lines.Of("a", 171, 200));
        stage.Disk.Copy(Path, "/logs/app.log-backup");
        stage.Disk.Append(Path, Lines.Of("a", 201, 220));
        stage.Disk.CopyTruncate(Path, "/logs/old-app.log");
        stage.Disk.Append("/logs/.tmp", Lines.Of("b", 1, 3));
        stage.Disk.Rename("/logs/.tmp", Path); // so that no file has its inode
        stage.Run(5);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 220) + Lines.Of("b", 1, 3));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void Of_a_file_that_was_written_anew_before_any_of_it_was_settled_one_copy_is_read_after_a_restart()
    {
        var stage = new Stage(new StageOptions { Patterns = [Path] });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append(Path, Lines.Of("a", 1, 100));
        stage.Start();
        stage.Run(2);
        stage.Disk.Truncate(Path);
        stage.Disk.Append(Path, Lines.Of("a", 1, 70));
        stage.Run(1);
        stage.Disk.Append(Path, Lines.Of("a", 71, 130));
        stage.KillAfterCommit();
        stage.Disk.Copy(Path, "/logs/app.log-backup");
        stage.Run(5);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Disk.Append(Path, Lines.Of("a", 131, 150));
        stage.Start();
        stage.Run(1.5); // not long enough to give up what was in it before
        stage.Stop();
        stage.Disk.Append(Path, Lines.Of("a", 151, 160));
        stage.Disk.CopyTruncate(Path, "/logs/old-app.log");
        stage.Disk.Append(Path, Lines.Of("b", 1, 3));
        stage.Start();
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 160) + Lines.Of("b", 1, 3));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_backup_of_what_replaced_a_file_is_not_read_beside_that_when_no_birth_time_tells_what_it_is()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"] });
        stage.Disk.HasBirthTimes = false;
        stage.Disk.Append(Path, Lines.Of("a", 1, 150));
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Copy(Path, "/logs/.tmp");
        stage.Disk.Rename("/logs/.tmp", Path);
        stage.Disk.Append("/logs/other.log", Lines.Of("x", 1, 3)); // with the inode of what was replaced
        stage.Disk.Append(Path, Lines.Of("a", 151, 160));
        stage.Disk.Copy(Path, "/logs/app.log-backup");
        stage.Run(5);
        stage.Disk.Fault = (operation, _) => operation == DiskOperation.Read ? "Input/output error" : null;
        stage.Start();
        stage.Run(1);
        stage.Disk.Append(Path, Lines.Of("a", 161, 170)); // it looks as if it were born only now
        stage.Run(0.5);
        stage.Disk.Fault = null;
        stage.Run(60);
        var delivered = stage.Delivered.ToString();
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 170) + Lines.Of("x", 1, 3)), Lines.Sorted(Lines.Distinct(delivered)));
        Assert.Equal(Lines.Of("a", 1, 150).Length, delivered.Length - Lines.Distinct(delivered).Length); // once again, as a new file
    }

    [Fact]
    public void What_a_file_held_first_leaves_the_copy_to_what_it_held_last_when_the_search_finds_that_it_holds_other_lines_by_now()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*", "/logs/x"], MemoryChunks = 1 });
        stage.Disk.HasBirthTimes = false;
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/x", Lines.Of("x", 1, 2)); // has all of the memory, so that no more is read
        stage.Start();
        stage.Run(2);
        stage.Disk.Append(Path, Lines.Of("a", 1, 100));
        stage.Run(2);
        stage.Disk.Truncate(Path);
        stage.Disk.Append(Path, Lines.Of("a", 1, 70));
        stage.Run(1);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Disk.Append(Path, Lines.Of("a", 71, 130));
        stage.Run(3.5); // not long enough to give up what was in it first
        stage.Stop();
        stage.Disk.CopyTruncate(Path, "/logs/old-app.log");
        stage.Disk.Append(Path, Lines.Of("b", 1, 90));
        stage.Disk.Rename(Path, "/logs/app.log.1");
        stage.Disk.Append(Path, Lines.Of("c", 1, 3));
        var failures = 1; // the scan knows nothing; the search lists the directory
        stage.Disk.Fault = (operation, _) => operation == DiskOperation.List && failures-- > 0 ? "Input/output error" : null;
        stage.Start();
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("x", 1, 2) + Lines.Of("a", 1, 130) + Lines.Of("b", 1, 90) + Lines.Of("c", 1, 3));
    }

    [Theory]
    [InlineData("/logs/app.log*")]
    [InlineData("/logs/app.log")]
    public void Killed_while_a_call_from_before_it_was_written_anew_hangs_and_it_is_rotated_and_closed_it_loses_nothing(string pattern)
    {
        const int Hanging = 15; // records, so many as no other call has
        var stage = new Stage(new StageOptions { Patterns = [pattern], MaxCalls = 4 });
        stage.Disk.Append(Path, Lines.Of("a", 1, 200));
        stage.Start();
        stage.Run(3);
        stage.Firehose.Mood = records => records == Hanging ? FirehoseMood.Hang : FirehoseMood.Accept;
        stage.Disk.Append(Path, Lines.Of("a", 201, 200 + Hanging));
        stage.Run(1.5);
        stage.Disk.Truncate(Path);
        stage.Disk.Append(Path, Lines.Of("a", 1, 240)[..100]);
        stage.Run(0.6);
        stage.Disk.Append(Path, Lines.Of("a", 1, 240)[100..]);
        stage.Run(2);
        stage.Disk.Rename(Path, "/logs/app.log.1");
        stage.Disk.Append(Path, Lines.Of("b", 1, 3));
        stage.Run(20);
        Assert.DoesNotContain("a 210 order", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, stage.Shipper!.Streams.Live.Count(stream => stream.ExpectedPath is null && stream.Size > 4000));
        stage.KillAfterCommit();
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);
        var expected = Lines.Of("a", 1, 240) + Lines.Of("b", 1, 3);
        Assert.Equal(Lines.Sorted(expected), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
    }

    [Fact]
    public void A_backup_beside_its_original_is_not_shipped_again()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"], Trace = true });
        stage.Disk.Append(Path, Lines.Of("a", 1, 10_000));
        stage.Start();
        stage.Run(6);
        stage.Disk.Copy(Path, "/logs/app.log.1");
        stage.Run(1);
        stage.Disk.Append(Path, Lines.Of("a", 10_001, 10_010));
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, 10_010));
        Assert.Single(stage.Trace.ToString().Split("/logs/app.log.1 is a copy of /logs/app.log").Skip(1));
        stage.Disk.Append("/logs/app.log.1", "more\n");
        stage.Run(10);
        ShippedOnce(stage, Lines.Of("a", 1, 10_010) + "more\n");
        stage.Stop();
        stage.Start();
        stage.Run(10);
        ShippedOnce(stage, Lines.Of("a", 1, 10_010) + "more\n");
    }

    [Fact]
    public void A_file_that_begins_anew_with_other_lines_or_with_one_line_over_and_over_loses_none()
    {
        foreach (var line in new[] { "tick\n", "a heartbeat that is always the same, whatever happens around it\n" })
        {
            var many = string.Concat(Enumerable.Repeat(line, 300));
            var stage = Started("/logs/app.log", many);
            stage.Run(6);
            stage.Disk.Truncate(Path);
            stage.Run(3);
            for (var second = 0; second < 20; second++)
            {
                stage.Disk.Append(Path, line);
                stage.Run(1);
            }

            stage.Run(20);
            ShippedOnce(stage, many + string.Concat(Enumerable.Repeat(line, 20)));
        }
    }

    [Fact]
    public void What_begins_anew_while_it_is_written_all_the_time_is_shipped_within_seconds()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 20_000));
        stage.Run(6);
        stage.Disk.Truncate(Path);
        for (var line = 1; line <= 60; line++)
        {
            stage.Disk.Append(Path, Lines.Of("b", line, line));
            stage.Run(0.05);
        }

        Assert.Contains("b 20 order", stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Run(10);
        ShippedOnce(stage, Lines.Of("a", 1, 20_000) + Lines.Of("b", 1, 60));
    }

    /// <summary>Truncates the file and writes it anew; the shipper may see it once when it has <paramref name="seenAt"/> bytes.</summary>
    private static void Rewrite(Stage stage, string text, int seenAt)
    {
        stage.Disk.Truncate(Path);
        if (seenAt >= 0)
        {
            stage.Disk.Append(Path, text[..seenAt]);
            stage.Run(0.15);
            text = text[seenAt..];
        }

        stage.Disk.Append(Path, text);
    }

    private static void Replace(Stage stage, string text)
    {
        stage.Disk.Append("/logs/.tmp", text);
        stage.Run(0.02);
        stage.Disk.Rename("/logs/.tmp", Path);
    }
}
