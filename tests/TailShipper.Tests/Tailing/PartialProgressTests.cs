using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Some of what was read is settled, the rest is not, and the file can no longer be asked what stands before that place.</summary>
public sealed class PartialProgressTests
{
    [Theory]
    [InlineData("unreadable")]
    [InlineData("truncated")]
    [InlineData("renamed and unreadable")]
    public void What_is_settled_is_not_shipped_again_after_a_crash(string what)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log"] });
        stage.Firehose.Mood = records => records == 50 ? FirehoseMood.RefuseSome : FirehoseMood.NotConnected;
        stage.Firehose.Refuses = index => index >= 30;
        stage.Firehose.BeforeCall = () => Lose(stage, what);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 50));
        stage.Start();
        stage.Run(4);
        Assert.Equal(Lines.Of("a", 1, 30), stage.Delivered.ToString());
        stage.KillAfterCommit();
        stage.Firehose.BeforeCall = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Disk.Fault = null;
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 50));
    }

    [Theory]
    [InlineData(100, 24)]
    [InlineData(5000, 25)]
    public void What_is_in_the_dead_letters_is_not_set_aside_again_after_a_crash(int length, int before)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log"], Limits = new(25, 4 << 20, 4000), MaxCalls = 2 });
        stage.Firehose.IsPoison = record => record.Contains((byte)'x');
        stage.Firehose.Mood = records => records == 24 ? FirehoseMood.NotConnected : FirehoseMood.Accept;
        stage.Firehose.BeforeCall = () => Lose(stage, "truncated");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, before) + new string('x', length) + "\n" + Lines.Of("a", 27, 50));
        stage.Start();
        stage.Run(4);
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, before)), Lines.Sorted(stage.Delivered.ToString()));
        var letters = stage.DeadLetters.Letters.Count;
        Assert.InRange(letters, 1, 2);
        stage.KillAfterCommit();
        stage.Firehose.BeforeCall = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, before) + Lines.Of("a", 27, 50));
        Assert.Equal(letters, stage.DeadLetters.Letters.Count);
    }

    private static void Lose(Stage stage, string what)
    {
        if (what == "truncated")
        {
            if (!stage.Disk.Exists("/logs/elsewhere-1"))
            {
                stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
            }

            return;
        }

        if (what == "renamed and unreadable" && stage.Disk.Exists("/logs/app.log"))
        {
            stage.Disk.Rename("/logs/app.log", "/logs/elsewhere-1");
        }

        stage.Disk.Fault = (operation, _) => operation == DiskOperation.Read ? "Input/output error" : null;
    }
}
