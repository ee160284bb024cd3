using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A file that came and went at a tailed path while the service was stopped, and that no pattern names, is named.</summary>
public sealed class UnseenRotationTests
{
    [Fact]
    public void It_is_named_once_and_not_shipped()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log"], Trace = true });
        stage.Disk.HasBirthTimes = false;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 5));
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Run(60);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.2");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 5));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 5));
        stage.Start();
        stage.Run(60);

        Assert.Equal(Lines.Of("a", 1, 5) + Lines.Of("c", 1, 5), stage.Delivered.ToString());
        Assert.Equal(1, stage.Trace.Count("/logs/app.log.1 looks like a rotation of /logs/app.log"));
        Assert.Equal(0, stage.Trace.Count("/logs/app.log.2 looks like a rotation"));
    }

    [Fact]
    public void What_was_there_before_the_stop_is_not_named()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/app.log"], Trace = true });
        stage.Disk.Append("/logs/app.log.1", Lines.Of("old", 1, 5));
        stage.Run(60);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 5));
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.2");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 5));
        stage.Start();
        stage.Run(60);

        Assert.Equal(0, stage.Trace.Count("looks like a rotation"));
    }
}
