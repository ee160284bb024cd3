using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class RetirementTests
{
    private const string Rotated = "/logs/app.log.1";

    [Fact]
    public void A_finished_file_that_is_gone_is_remembered_for_a_day_and_then_forgotten()
    {
        var stage = Finished();
        stage.Disk.Delete(Rotated);
        stage.Run(TimeSpan.FromHours(23));
        Assert.True(IsKnown(stage));
        stage.Run(TimeSpan.FromHours(2));
        Assert.False(IsKnown(stage));
        stage.Stop();
        stage.Start();
        Assert.False(IsKnown(stage));
    }

    [Fact]
    public void A_finished_file_that_is_still_there_is_not_forgotten_and_not_shipped_again()
    {
        var stage = Finished();
        stage.Run(TimeSpan.FromHours(60));
        Assert.True(IsKnown(stage));
        stage.Stop();
        stage.Start();
        stage.Run(TimeSpan.FromMinutes(10));
        RotationTests.ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    [Fact]
    public void A_file_that_is_not_finished_is_not_forgotten_however_long_the_service_refuses_it()
    {
        var stage = Finished(FirehoseMood.Throttle);
        stage.Run(TimeSpan.FromHours(60));
        Assert.True(IsKnown(stage));
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(TimeSpan.FromMinutes(10));
        RotationTests.ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    /// <summary>One file, shipped (if the service takes it) and rotated within the pattern.</summary>
    private static Stage Finished(FirehoseMood mood = FirehoseMood.Accept)
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"], ScanInterval = TimeSpan.FromMinutes(1) });
        stage.Disk.MakeDirectory("/logs");
        stage.Firehose.Mood = _ => mood;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(5);
        stage.Disk.Rename("/logs/app.log", Rotated);
        stage.Run(TimeSpan.FromMinutes(5));
        Assert.True(IsKnown(stage));
        return stage;
    }

    private static bool IsKnown(Stage stage)
    {
        stage.Commit();
        return stage.Known().Any(stream => stream.Path.Length > 0);
    }
}
