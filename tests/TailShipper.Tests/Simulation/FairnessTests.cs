using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tailing.Reading;
using Xunit;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One file writing at full speed, 999 others: they all have their turn in every round.</summary>
public sealed class FairnessTests
{
    private const int Others = 999;

    [Theory]
    [InlineData(null)]
    [InlineData(100_000)]
    public void One_busy_file_delays_999_others_by_no_more_than_two_of_its_turns(int? target)
    {
        Packing? packing = target is { } bytes ? new Packing(bytes, int.MaxValue) : null;
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], MaxCalls = 4, Packing = packing });
        stage.Disk.Append("/logs/500-busy.log", new byte[1]); // exists, so that all are found by one scan
        for (var file = 0; file < Others; file++)
        {
            stage.Disk.Append($"/logs/{file:d3}.log", $"quiet {file}\n");
        }

        Grow(stage, 24);
        stage.Start();
        stage.Run(30);

        var delivered = stage.Delivered.ToString();
        var last = delivered.LastIndexOf("quiet ", StringComparison.Ordinal);
        Assert.Equal(Others, delivered.Split("quiet ").Length - 1);
        Assert.InRange(last, 0, (2 * WindowReader.Bytes) + (Others * 12));
    }

    [Fact]
    public void Lines_written_later_to_idle_files_overtake_the_backlog_of_a_busy_one()
    {
        var packing = new Packing(1_000_000, int.MaxValue);
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], MaxCalls = 4, Packing = packing });
        for (var file = 0; file < Others; file++)
        {
            stage.Disk.Append($"/logs/{file:d3}.log", $"quiet {file}\n");
        }

        stage.Disk.Append("/logs/500-busy.log", "busy\n");
        stage.Start();
        stage.Run(5);
        Grow(stage, 200);
        stage.Run(0.3);
        for (var file = 0; file < Others; file++)
        {
            stage.Disk.Append($"/logs/{file:d3}.log", $"again {file}\n");
        }

        var before = stage.Counters.BytesRead;
        stage.Run(2);
        Assert.Equal(Others, stage.Delivered.ToString().Split("again ").Length - 1);
        Assert.True(stage.Counters.BytesRead > before, "the busy file continues meanwhile");
    }

    private static void Grow(Stage stage, int megabytes)
    {
        var line = Encoding.ASCII.GetBytes(new string('x', 999) + "\n");
        for (var count = 0; count < megabytes * 1000; count++)
        {
            stage.Disk.Append("/logs/500-busy.log", line);
        }
    }
}
