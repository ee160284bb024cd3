using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class RewindTests
{
    private const int Middle = 107; // inside line 6

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(Middle, 6)]
    public void A_stream_goes_back_to_the_start_of_a_line(long offset, int firstLine)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        Rewind(stage, offset);
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 12));
        stage.Run(3);

        Assert.Equal(Lines.Of("a", 1, 10) + Lines.Of("a", firstLine, 12), stage.Delivered.ToString());
        Settled(stage);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(Middle, 6)]
    public void What_was_in_flight_settles_for_the_old_stream(long offset, int firstLine)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Firehose.Latency = () => TimeSpan.FromSeconds(4);
        stage.Run(2);
        Rewind(stage, offset);
        stage.Run(20);

        Assert.Equal(Lines.Of("a", 1, 10) + Lines.Of("a", firstLine, 10), stage.Delivered.ToString());
        Settled(stage);
        Assert.Single(stage.Shipper!.Streams.All);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(Middle, 6)]
    public void A_finished_rotated_file_is_shipped_again_from_the_start_of_a_line(long offset, int firstLine)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Run(20);
        Assert.Equal(0, stage.Disk.OpenFiles);
        Rewind(stage, offset);
        stage.Run(20);

        Assert.Equal(Lines.Of("a", 1, 10) + Lines.Of("a", firstLine, 10), stage.Delivered.ToString());
        Settled(stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_crash_after_a_rewind_neither_forgets_it_nor_leaves_the_old_stream_behind(bool committed)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 12));
        stage.Run(2);
        Rewind(stage, 0);
        stage.Run(2);
        if (committed)
        {
            stage.KillAfterCommit();
        }
        else
        {
            stage.Kill(powerCut: true);
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(20);

        Assert.Equal(Lines.Of("a", 1, 10) + Lines.Of("a", 1, 12), stage.Delivered.ToString());
        Assert.Single(stage.Shipper!.Streams.All);
        Settled(stage);
    }

    [Fact]
    public void A_stream_that_lost_its_inode_does_not_take_its_successors_place()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 100));
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(2);
        Rewind(stage, 0);
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 4, 6));
        stage.Run(20);

        Assert.Equal(Lines.Of("a", 1, 100) + Lines.Of("b", 1, 3) + Lines.Of("b", 1, 6), stage.Delivered.ToString());
        Settled(stage);
    }

    private static void Rewind(Stage stage, long offset)
    {
        var done = stage.Shipper!.Loop.PostAsync(tailer => tailer.Rewind(_ => offset));
        stage.Run(0.01);
        Assert.True(done.IsCompletedSuccessfully);
    }
}
