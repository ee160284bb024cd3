using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class RestartTests
{
    /// <summary>
    /// What happens to /logs/app.log while nobody looks, and what the directory holds then; the lines "a 11" to "a 20" are new.
    /// </summary>
    public static TheoryData<string, string> Changes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var pattern in new[] { "/logs/app.log", "/logs/app.log*" })
            {
                foreach (var change in new[] { "nothing", "rename", "rename twice", "rename thrice", "copytruncate",
                    "copytruncate and rename", "rename only" })
                {
                    data.Add(pattern, change);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Nothing_is_lost_or_repeated_when_the_file_was_rotated_while_stopped(string pattern, string change)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        var expected = Change(stage, change);
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, expected);
        stage.Stop();
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, expected);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Nothing_is_lost_or_repeated_when_it_is_killed_at_any_moment_after_a_rotation(string pattern, string change)
    {
        for (var moment = 0; moment < 9000; moment += 170)
        {
            var stage = Started(pattern, Lines.Of("a", 1, 10));
            stage.Run(3);
            var expected = Change(stage, change);
            stage.Run(TimeSpan.FromMilliseconds(moment));
            var arrived = stage.Delivered.ToString();
            stage.Kill();
            stage.Start();
            stage.Run(20);

            // Within the first moments what was taken is not remembered yet: it may come again, and nothing else may.
            var all = Lines.Sorted(moment < 2500 ? Lines.Distinct(stage.Delivered.ToString()) : stage.Delivered.ToString());
            Assert.True(Lines.Sorted(expected) == all,
                $"killed {moment} ms after \"{change}\"; arrived before:\n{arrived}and in all:\n{all}");
            Assert.Equal(0, stage.BytesLost);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_of_the_same_inode_and_size_but_other_content_is_a_new_stream_after_a_restart(bool birthTimes)
    {
        var stage = Stage("/logs/app.log");
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Stop();
        var inode = stage.Disk["/logs/app.log"].Id;
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        Assert.Equal(inode, stage.Disk["/logs/app.log"].Id);
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(160)]
    [InlineData(230)]
    public void A_kill_at_full_speed_repeats_no_more_than_was_in_flight_and_16_MiB(int milliseconds)
    {
        const long Size = 96L << 20;
        var stage = new Stage(new StageOptions { MaxCalls = 2, MemoryChunks = 512, Packing = new Packing(1_000_000, int.MaxValue) });
        stage.Disk.Append("/logs/app.log", "\n"); // found before it grows
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 5_000_000)[..(int)Size]);
        stage.RunUntil(stage.Clock.Now + TimeSpan.FromMilliseconds(1000 + milliseconds).Ticks);
        var (taken, held) = (stage.Counters.BytesAcknowledged, stage.Shipper!.BytesHeld);
        Assert.InRange(taken, 20 << 20, Size);
        stage.Kill();

        Assert.InRange(taken - stage.Known().Max(stream => stream.Path.Length > 0 ? stream.Committed : 0), 0, held + (16 << 20));
    }

    [Fact]
    public void Bytes_of_a_file_deleted_while_stopped_are_reported_lost_once_over_all_runs()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Run(8);
        var size = stage.Disk["/logs/app.log"].Content.Length;
        stage.KillAfterCommit();
        stage.Disk.Delete("/logs/app.log");
        for (var run = 0; run < 3; run++)
        {
            stage.Start();
            stage.Run(20);
            stage.Stop();
        }

        Assert.Equal(size, stage.BytesLost);
    }

    [Fact]
    public void EndOfFile_holds_for_the_files_of_the_very_first_start_only()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], InitialPosition = InitialPosition.EndOfFile });
        stage.Disk.Append("/logs/old.log", Lines.Of("old", 1, 10) + "half");
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/old.log", " a line\n" + Lines.Of("old", 11, 12));
        stage.Disk.Append("/logs/new.log", Lines.Of("new", 1, 3));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/while-stopped.log", Lines.Of("late", 1, 3));
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, "half a line\n" + Lines.Of("old", 11, 12) + Lines.Of("new", 1, 3) + Lines.Of("late", 1, 3));
    }

    [Fact]
    public void EndOfFile_does_not_come_back_when_the_first_start_found_no_file()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], InitialPosition = InitialPosition.EndOfFile });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 3));
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 3));
    }

    [Fact]
    public void A_copy_of_a_finished_file_is_not_shipped_again_even_days_later()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Run(20);
        stage.Stop();
        stage.Disk.Copy("/logs/app.log.1", "/logs/app.log.2");
        stage.Disk.Delete("/logs/app.log.1");
        stage.Options = stage.Options with { ScanInterval = TimeSpan.FromMinutes(1) };
        stage.Start();
        stage.Run(TimeSpan.FromHours(60));

        ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    private static string Change(Stage stage, string change)
    {
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        switch (change)
        {
            case "rename only":
                stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
                return Lines.Of("a", 1, 20);
            case "rename":
                stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
                break;
            case "rename twice":
                stage.Disk.Rename("/logs/app.log", "/logs/app.log.2");
                break;
            case "rename thrice":
                stage.Disk.Rename("/logs/app.log", "/logs/app.log.2");
                stage.Disk.Rename("/logs/app.log.2", "/logs/app.log.3");
                break;
            case "copytruncate":
                stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
                break;
            case "copytruncate and rename":
                stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
                stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2");
                break;
        }

        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        return Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10);
    }
}
