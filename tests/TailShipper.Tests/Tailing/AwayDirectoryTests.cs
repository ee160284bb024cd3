using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A whole directory is not there for a while: unmounted, or moved away. That says nothing of the files in it.</summary>
public sealed class AwayDirectoryTests
{
    [Fact]
    public void What_is_written_and_renamed_out_of_the_pattern_between_its_return_and_the_next_scan_is_shipped()
    {
        var stage = Away(TimeSpan.FromSeconds(30));
        stage.Disk.Hidden = null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void What_is_written_copied_out_of_the_pattern_and_truncated_between_its_return_and_the_next_scan_is_shipped()
    {
        var stage = Away(TimeSpan.FromSeconds(30));
        stage.Disk.Hidden = null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Copy("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void A_directory_that_is_away_and_cannot_be_looked_at_is_away()
    {
        var stage = Started("/**/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Hidden = "/logs";
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.PathStat && path == "/logs" ? "Permission denied" : null;
        stage.Run(30);
        stage.Disk.Hidden = null;
        stage.Disk.Fault = null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3));
    }

    [Fact]
    public void Files_of_a_directory_that_stays_away_are_let_go_after_ten_minutes_and_go_on_when_it_comes_back()
    {
        var stage = Away(TimeSpan.FromMinutes(9));
        Assert.Single(stage.Shipper!.Streams.Live);
        stage.Run(120);
        Assert.Empty(stage.Shipper.Streams.Live);

        stage.Disk.Hidden = null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 20));
    }

    [Fact]
    public void Files_deleted_with_their_directory_are_let_go_at_once()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.DeleteDirectory("/logs");
        stage.Run(20);

        Assert.Empty(stage.Shipper!.Streams.Live);
        ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    private static Stage Away(TimeSpan howLong)
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Hidden = "/logs";
        stage.Run(howLong);
        return stage;
    }
}
