using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Faults that users of other shippers reported (docs/reliability.md names them), played on the simulated world.</summary>
public sealed class OtherShipperFaultTests
{
    /// <summary>vectordotdev/vector#23076 and #25079: the offset of the deleted file was kept for the shorter one on its inode.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_shorter_file_on_the_inode_of_a_deleted_one_is_shipped_from_its_start(bool birthTimes, bool whileStopped)
    {
        var stage = Stage("/logs/*.log");
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 500));
        stage.Start();
        stage.Run(5);
        var inode = stage.Disk["/logs/a.log"].Id;
        if (whileStopped)
        {
            stage.Stop();
        }

        stage.Disk.Delete("/logs/a.log");
        if (!whileStopped)
        {
            stage.Run(10); // the shipper has to let go of the file before its inode can be used again
        }

        stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 3));
        Assert.Equal(inode, stage.Disk["/logs/b.log"].Id);
        if (whileStopped)
        {
            stage.Start();
        }

        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 500) + Lines.Of("b", 1, 3));
    }

    /// <summary>DataDog/datadog-agent#51505: lines read and not sent yet were dropped when the file was rotated under load.</summary>
    [Theory]
    [InlineData("/logs/app.log")]
    [InlineData("/logs/app.log*")]
    public void Lines_that_wait_for_the_service_outlive_any_number_of_rotations(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 200));
        stage.Run(2);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        for (var rotation = 1; rotation <= 5; rotation++)
        {
            stage.Disk.Append("/logs/app.log", Lines.Of("a", (rotation * 1000) + 1, (rotation * 1000) + 200));
            stage.Run(3);
            stage.Disk.Rename("/logs/app.log", $"/logs/app.log.{rotation}");
            stage.Disk.Append("/logs/app.log", Lines.Of("b", rotation, rotation));
            stage.Run(12); // longer than RotateWait: nothing unread keeps the file open, only what is not acknowledged
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);
        var expected = Lines.Of("a", 1, 200) + string.Concat(Enumerable.Range(1, 5).Select(rotation =>
            Lines.Of("a", (rotation * 1000) + 1, (rotation * 1000) + 200) + Lines.Of("b", rotation, rotation)));
        ShippedOnce(stage, expected);
    }

    /// <summary>DataDog/datadog-agent#51510: a late answer for an older place moved the recorded position back.</summary>
    [Fact]
    public void Answers_that_come_out_of_order_never_move_a_checkpoint_back()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 50));
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 400));
        stage.Firehose.Mood = _ => FirehoseMood.RefuseSome;
        stage.Run(1);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(20);
        stage.Stop();
        var before = stage.Delivered.Length;
        stage.Start();
        stage.Run(20);

        Assert.Equal(before, stage.Delivered.Length);
        ShippedOnce(stage, Lines.Of("a", 1, 50) + Lines.Of("b", 1, 400));
    }

    /// <summary>elastic/beats#44749: files shorter than the fingerprint were not shipped, and nothing said so.</summary>
    [Fact]
    public void Files_of_a_few_bytes_are_shipped_at_once()
    {
        var stage = Stage("/logs/*.log");
        stage.Start();
        stage.Run(3);
        for (var length = 1; length <= 70; length++)
        {
            stage.Disk.Append($"/logs/{length}.log", new string((char)('0' + (length % 75)), length) + "\n");
        }

        stage.Run(15);
        ShippedOnce(stage, string.Concat(Enumerable.Range(1, 70).Select(
            length => new string((char)('0' + (length % 75)), length) + "\n")));
    }
}
