using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>What a pattern names and is not tailed is counted, and named once.</summary>
public sealed class LeftOutPathTests
{
    [Fact]
    public void A_compressed_file_is_counted_and_named_once()
    {
        var stage = Stage("/logs/app.log*");
        stage.Disk.Append("/logs/app.log", "line\n");
        stage.Disk.Append("/logs/app.log.2.zst", "whatever");
        stage.Start();
        stage.Run(120);

        Assert.Equal("line\n", stage.Delivered.ToString());
        Assert.Equal(1, stage.Counters.PathsLeftOut);
        Assert.Equal(1, stage.Trace.Count("/logs/app.log.2.zst is compressed and not tailed"));
    }

    [Fact]
    public void One_that_is_removed_is_not_counted_any_more()
    {
        var stage = Stage("/logs/app.log*");
        stage.Disk.Append("/logs/app.log.1.xz", "whatever");
        stage.Start();
        stage.Run(10);
        stage.Disk.Delete("/logs/app.log.1.xz");
        stage.Run(60);

        Assert.Equal(0, stage.Counters.PathsLeftOut);
    }

    [Fact]
    public void Of_thousands_the_first_hundred_are_named()
    {
        var stage = Stage("/logs/*");
        for (var file = 0; file < 300; file++)
        {
            stage.Disk.Append($"/logs/{file}.zip", "whatever");
        }

        stage.Start();
        stage.Run(60);

        Assert.Equal(300, stage.Counters.PathsLeftOut);
        Assert.Equal(LeftOutPaths.MostNamed, stage.Trace.Count("is compressed and not tailed"));
        Assert.Equal(1, stage.Trace.Count("are counted only (left_out_paths)"));
    }

    [Fact]
    public void A_directory_below_the_deepest_level_is_named()
    {
        var stage = Stage("/logs/**/*.log");
        var deep = "/logs/" + string.Join('/', Enumerable.Range(1, PatternScan.MaxDepth + 1).Select(level => $"d{level}"));
        stage.Disk.Append(deep + "/app.log", "too deep\n");
        stage.Disk.Append(deep[..deep.LastIndexOf('/')] + "/app.log", "just there\n");
        stage.Start();
        stage.Run(10);

        Assert.Equal("just there\n", stage.Delivered.ToString());
        Assert.Equal(1, stage.Counters.PathsLeftOut);
        Assert.Equal(1, stage.Trace.Count($"{deep} is not searched"));
    }

    private static Stage Stage(string pattern) => new(new StageOptions { Patterns = [pattern], Trace = true });
}
