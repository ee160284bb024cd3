using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A deleted file cannot come back: what is born later is another, though it holds the same bytes.</summary>
public sealed class RebornFileTests
{
    private const string Short = "done: ok.\n";
    private const string Whole = "job finished, 0 errors, nothing else to tell about this run of it\n";

    public static TheoryData<string, bool> Texts => new()
    {
        { Short, true },
        { Short, false },
        { Whole, true },
        { Whole, false },
        { Long, true },
        { Long, false },
    };

    private static string Long => Lines.Of("the same every night", 1, 300);

    [Theory]
    [MemberData(nameof(Texts))]
    public void Files_with_the_same_text_one_after_the_other_are_all_shipped(string text, bool birthTimes)
    {
        foreach (var pause in new[] { 0.3, 2, 4, 30 })
        {
            var stage = Stage("/logs/*.log");
            stage.Disk.HasBirthTimes = birthTimes;
            stage.Disk.MakeDirectory("/logs");
            stage.Start();
            for (var job = 1; job <= 3; job++)
            {
                stage.Disk.Append($"/logs/job-{job}.log", text);
                stage.Run(6);
                stage.Disk.Delete($"/logs/job-{job}.log");
                stage.Run(pause);
            }

            stage.Run(30);
            ShippedOnce(stage, text + text + text);
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_same_under_one_name_on_one_inode_or_another(string text, bool birthTimes)
    {
        foreach (var pause in new[] { 0, 0.3, 4, 30 })
        {
            var stage = Stage("/logs/*.log");
            stage.Disk.HasBirthTimes = birthTimes;
            stage.Disk.MakeDirectory("/logs");
            stage.Start();
            for (var job = 1; job <= 3; job++)
            {
                stage.Disk.Append("/logs/job.log", text);
                stage.Run(6);
                stage.Disk.Delete("/logs/job.log");
                stage.Run(pause);
            }

            stage.Run(30);
            ShippedOnce(stage, text + text + text);
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_deletion_that_was_seen_is_remembered_over_a_restart(string text, bool birthTimes)
    {
        foreach (var isKilled in new[] { false, true })
        {
            var stage = Stage("/logs/*.log");
            stage.Disk.HasBirthTimes = birthTimes;
            stage.Disk.Append("/logs/b-1.log", text);
            stage.Start();
            stage.Run(6);
            stage.Disk.Delete("/logs/b-1.log");
            stage.Run(4);
            if (isKilled)
            {
                stage.KillAfterCommit();
            }
            else
            {
                stage.Stop();
            }

            stage.Run(2);
            stage.Disk.Append("/logs/b-2.log", text);
            Assert.NotEqual(ShippedState.Shipped, Ask(stage, "/logs/b-2.log"));
            stage.Start();
            stage.Run(20);
            ShippedOnce(stage, text + text);
            stage.Commit();
            Assert.Equal(ShippedState.Shipped, Ask(stage, "/logs/b-2.log"));
        }
    }

    [Fact]
    public void A_crash_loop_that_moves_its_log_into_place_is_shipped_each_time()
    {
        const string text = "starting\nout of memory\n";
        foreach (var isMadeBefore in new[] { true, false })
        {
            var stage = Started("/logs/app.log", text);
            for (var crash = 1; crash <= 2; crash++)
            {
                stage.Run(6);
                if (isMadeBefore)
                {
                    stage.Disk.Append("/logs/tmp", text);
                }

                stage.Disk.Delete("/logs/app.log");
                stage.Disk.Append("/logs/tmp", isMadeBefore ? "" : text);
                stage.Disk.Rename("/logs/tmp", "/logs/app.log");
            }

            stage.Run(20);
            ShippedOnce(stage, text + text + text);
        }
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Whole)]
    public void A_file_replaced_by_one_with_the_same_words_is_shipped_again(string text)
    {
        var stage = Started("/logs/app.log", text);
        for (var replaced = 1; replaced <= 4; replaced++)
        {
            stage.Run(3);
            stage.Disk.Append("/logs/.status", text);
            stage.Disk.Rename("/logs/.status", "/logs/app.log");
        }

        stage.Run(20);
        ShippedOnce(stage, string.Concat(Enumerable.Repeat(text, 5)));
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Whole)]
    public void The_same_words_written_over_themselves_are_shipped_each_time(string text)
    {
        for (var moment = 0; moment < 1000; moment += 170)
        {
            var stage = Started("/logs/app.log", text);
            stage.Run(TimeSpan.FromMilliseconds(moment));
            for (var write = 2; write <= 6; write++)
            {
                stage.Run(4);
                stage.Disk.Truncate("/logs/app.log");
                stage.Disk.Append("/logs/app.log", text);
            }

            stage.Run(20);
            ShippedOnce(stage, string.Concat(Enumerable.Repeat(text, 6)));
        }
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Whole)]
    public void So_they_are_when_that_happened_while_the_service_was_stopped(string text)
    {
        var stage = Started("/logs/app.log", text);
        stage.Run(6);
        stage.Stop();
        stage.Run(2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", text);
        Assert.NotEqual(ShippedState.Shipped, Ask(stage, "/logs/app.log"));
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, text + text);
    }

    [Fact]
    public void A_long_file_that_is_only_touched_is_not_shipped_again()
    {
        var stage = Started("/logs/app.log", Long);
        stage.Run(6);
        stage.Disk.Truncate("/logs/app.log", Long.Length);
        stage.Run(6);
        stage.Stop();
        stage.Run(1);
        stage.Disk.Truncate("/logs/app.log", Long.Length);
        stage.Start();
        stage.Run(10);
        ShippedOnce(stage, Long);
    }

    [Theory]
    [InlineData(Short, "/logs/job.log")]
    [InlineData(Whole, "/logs/job.log")]
    [InlineData(Whole, "/logs/job.log*")]
    public void A_file_with_the_words_of_the_one_rotated_before_is_another(string text, string pattern)
    {
        var stage = Stage(pattern);
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        for (var run = 1; run <= 3; run++)
        {
            stage.Disk.Append("/logs/job.log", text);
            stage.Run(20);
            stage.Disk.Rename("/logs/job.log", $"/logs/job.log.{run}");
            stage.Run(20);
        }

        ShippedOnce(stage, text + text + text);
    }

    [Fact]
    public void A_new_file_does_not_wait_for_a_deleted_one_that_is_still_read()
    {
        var stage = Stage("/logs/*.log");
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Delete("/logs/a.log");
        stage.Run(2);
        stage.Disk.Append("/logs/b.log", Lines.Of("a", 1, 9000));
        stage.Run(2);
        Assert.Equal(2, stage.Shipper!.Streams.Live.Count);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);
        ShippedOnce(stage, Lines.Of("a", 1, 9000) + Lines.Of("a", 1, 9000));
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Whole)]
    public void What_is_unpacked_with_its_time_after_the_deletion_is_the_same_file(string text)
    {
        var stage = Started("/logs/*.log", text);
        stage.Run(6);
        var modified = stage.Disk["/logs/app.log"].Modified;
        stage.Disk.Delete("/logs/app.log");
        stage.Run(30);
        stage.Disk.Append("/logs/restored", text);
        stage.Disk["/logs/restored"].Modified = modified;
        stage.Disk.Rename("/logs/restored", "/logs/restored.log");
        stage.Run(30);
        ShippedOnce(stage, text);
    }

    [Fact]
    public void A_state_that_is_restored_elsewhere_goes_on_where_no_deletion_was_seen()
    {
        var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
        stage.Run(6);
        stage.Stop();
        stage.Run(60);
        stage.Disk.Copy("/logs/app.log", "/logs/restoring");
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Rename("/logs/restoring", "/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 12));
        stage.Start();
        stage.Run(30);
        ShippedOnce(stage, Lines.Of("a", 1, 12));
    }

    private static ShippedState Ask(Stage stage, string path)
    {
        var flow = new FlowOptions { Name = ShipperProcess.FlowName, Paths = [.. stage.Options.Patterns], DeliveryStream = "stream" };
        return new ShippedQuestion(stage.Disk, [flow], new DeadLetterStore("/nowhere")).Ask(path, ShippedClaim.ViewOf(stage.Known())).State;
    }
}
