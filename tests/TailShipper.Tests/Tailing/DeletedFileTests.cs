using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Files without a name that are still open, and copies that outlive their originals.</summary>
public sealed class DeletedFileTests
{
    [Fact]
    public void What_a_deleted_file_takes_on_the_disk_is_reported_until_it_is_read_to_its_end()
    {
        var stage = new Stage(new StageOptions { Trace = true, MemoryChunks = 2 });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(3);
        Assert.Equal(Lines.Of("a", 1, 9000).Length, stage.Counters.DeletedBytesHeld);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(60);

        ShippedOnce(stage, Lines.Of("a", 1, 9000));
        Assert.Equal(0, stage.Counters.DeletedBytesHeld);
        Assert.Equal(1, stage.Trace.Count("was deleted while it was read"));
        Assert.Equal(1, stage.Trace.Count("is closed; its"));
    }

    [Fact]
    public void A_file_that_was_only_renamed_or_has_another_name_holds_nothing()
    {
        var stage = Stage("/logs/app.log");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Link("/logs/app.log", "/elsewhere/app.log");
        stage.Disk.Delete("/logs/app.log");
        stage.Run(3);
        Assert.Equal(0, stage.Counters.DeletedBytesHeld);
        stage.Disk.Delete("/elsewhere/app.log");
        stage.Run(3);
        Assert.Equal(Lines.Of("a", 1, 9000).Length, stage.Counters.DeletedBytesHeld);
    }

    [Fact]
    public void Over_the_budget_the_file_deleted_first_is_given_up_and_counted()
    {
        var stage = new Stage(new StageOptions { Trace = true, MemoryChunks = 2, MaxDeletedBytes = 400_000 });
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        var texts = Enumerable.Range(1, 3).Select(file => Lines.Of($"f{file}", 1, 9000)).ToList();
        stage.Start();
        foreach (var text in texts)
        {
            stage.Disk.Append("/logs/app.log", text);
            stage.Run(3);
            stage.Disk.Delete("/logs/app.log");
            stage.Run(3);
        }

        Assert.InRange(stage.Counters.DeletedBytesHeld, 200_000, 400_000);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);
        var delivered = stage.Delivered.ToString();
        Assert.EndsWith(texts[2], delivered, StringComparison.Ordinal);
        Assert.StartsWith(delivered[..(delivered.Length - texts[2].Length)], texts[0] + texts[1], StringComparison.Ordinal);
        Assert.Equal(texts.Sum(text => text.Length) - delivered.Length, stage.BytesLost);
        Assert.Contains("are given up and counted as lost", stage.Trace.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(2300)]
    [InlineData(4400)]
    public void A_copy_whose_original_is_removed_soon_is_not_shipped_again(int pause)
    {
        for (var moment = 0; moment < 1000; moment += 110)
        {
            var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
            stage.Run(TimeSpan.FromMilliseconds(3000 + moment));
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
            stage.Disk.Copy("/logs/app.log", "/logs/backup.log");
            stage.Run(TimeSpan.FromMilliseconds(pause));
            stage.Disk.Delete("/logs/app.log");
            stage.Run(20);
            ShippedOnce(stage, Lines.Of("a", 1, 20));

            stage.Disk.Append("/logs/backup.log", Lines.Of("a", 21, 30));
            stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
            stage.Run(20);
            ShippedOnce(stage, Lines.Of("a", 1, 30) + Lines.Of("b", 1, 10));
        }
    }

    [Fact]
    public void A_copy_waits_as_long_as_its_removed_original_is_not_read_to_its_end()
    {
        var stage = Stage("/logs/*.log");
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 9000));
        stage.Start();
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/backup.log");
        stage.Disk.Delete("/logs/app.log");
        stage.Run(60);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(60);

        ShippedOnce(stage, Lines.Of("a", 1, 9000));
    }

    [Fact]
    public void A_copy_that_its_original_outgrew_before_it_was_removed_is_not_shipped_again()
    {
        var stage = Started("/logs/*.log", Lines.Of("a", 1, 200));
        stage.Run(3);
        stage.Disk.Copy("/logs/app.log", "/logs/backup.log");
        stage.Run(1.5);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 201, 210));
        stage.Run(1.5);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(20);
        stage.Disk.Append("/logs/backup.log", Lines.Of("c", 1, 5));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 210) + Lines.Of("c", 1, 5));
    }

    [Fact]
    public void Killed_at_any_moment_after_the_original_was_removed_it_goes_on_in_the_copy()
    {
        for (var moment = 0; moment < 12_000; moment += 310)
        {
            var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
            stage.Run(3);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
            stage.Disk.Copy("/logs/app.log", "/logs/backup.log");
            stage.Disk.Delete("/logs/app.log");
            stage.Run(TimeSpan.FromMilliseconds(moment));
            stage.Kill();
            stage.Start();
            stage.Run(20);

            var all = Lines.Sorted(moment < 2500 ? Lines.Distinct(stage.Delivered.ToString()) : stage.Delivered.ToString());
            Assert.True(Lines.Sorted(Lines.Of("a", 1, 20)) == all, $"killed {moment} ms after the copy:\n{all}");
            Settled(stage);
        }
    }

    [Fact]
    public void A_second_name_and_a_move_go_on_with_the_same_stream()
    {
        var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Link("/logs/app.log", "/logs/second.log");
        stage.Run(2);
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/second.log", Lines.Of("a", 11, 20));
        stage.Run(2);
        stage.Disk.Rename("/logs/second.log", "/logs/third.log");
        stage.Disk.Append("/logs/third.log", Lines.Of("a", 21, 30));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 30));
        Assert.Equal(0, stage.Counters.DeletedBytesHeld);
    }
}
