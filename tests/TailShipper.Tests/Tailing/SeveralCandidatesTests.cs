using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Two streams begin alike, both files go while nobody looks, and a file appears that could continue either.</summary>
public sealed class SeveralCandidatesTests
{
    [Theory]
    [InlineData("/logs/a.log", "/logs/b.log")]
    [InlineData("/logs/b.log", "/logs/a.log")]
    public void The_one_that_was_read_furthest_goes_on(string shorter, string longer)
    {
        var stage = Gone(shorter, Lines.Of("x", 1, 50), longer, Lines.Of("x", 1, 100));
        stage.Disk.Append("/logs/c.log", Lines.Of("x", 1, 120));
        stage.Start();
        stage.Run(30);

        RotationTests.ShippedOnce(stage, Lines.Of("x", 1, 50) + Lines.Of("x", 1, 100) + Lines.Of("x", 101, 120));
        Assert.Equal(0, stage.Counters.IdentityAmbiguous);
    }

    [Fact]
    public void Of_two_that_were_read_equally_far_none_goes_on_and_the_file_is_read_from_its_start()
    {
        var stage = Gone("/logs/a.log", Lines.Of("x", 1, 50), "/logs/b.log", Lines.Of("x", 1, 50));
        stage.Disk.Append("/logs/c.log", Lines.Of("x", 1, 60));
        stage.Start();
        stage.Run(30);

        RotationTests.ShippedOnce(stage, Lines.Of("x", 1, 50) + Lines.Of("x", 1, 50) + Lines.Of("x", 1, 60));
        Assert.Equal(1, stage.Counters.IdentityAmbiguous);
    }

    private static Stage Gone(string first, string firstText, string second, string secondText)
    {
        var stage = RotationTests.Started("/logs/*.log", "");
        stage.Disk.Append(first, firstText);
        stage.Disk.Append(second, secondText);
        stage.Run(20);
        stage.Stop();
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Delete(first);
        stage.Disk.Delete(second);
        return stage;
    }
}
