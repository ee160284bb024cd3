using System.Text;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>What is no text gets no stream, whatever its name is.</summary>
public sealed class BinaryFileTests
{
    [Fact]
    public void A_compressed_file_with_a_plain_name_is_named_once_and_not_shipped()
    {
        var stage = Stage();
        stage.Disk.Append("/logs/a.log", "text\n");
        stage.Disk.Append("/logs/20261002-0820-01-express.log", SimulatedDisk.Gzip(Encoding.ASCII.GetBytes(Lines.Of("old", 1, 200))));
        stage.Start();
        stage.Run(90);
        stage.Disk.Append("/logs/20261002-0820-01-express.log", new byte[] { 1, 10, 2, 10 });
        stage.Run(90);

        Assert.Equal("text\n", stage.Delivered.ToString());
        Assert.Equal(1, stage.Counters.FilesBinary);
        Assert.Equal(1, stage.Disk.OpenFiles);
        Assert.Equal(1, Named(stage, "20261002-0820-01-express.log"));
        Assert.Equal(0, stage.Counters.LagBytes);
    }

    [Fact]
    public void A_sparse_binary_file_of_60_GiB_costs_nothing()
    {
        var stage = Stage();
        stage.Disk.WriteAt("/logs/lastlog", 292_000, "hijkpts/0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0host");
        stage.Disk.Truncate("/logs/lastlog", 60L << 30);
        stage.Start();
        stage.Run(2);
        var calls = stage.Disk.Calls;
        stage.Run(600);

        Assert.Equal(1, Named(stage, "lastlog"));
        Assert.Equal(0, stage.Disk.OpenFiles);
        Assert.Equal(0, stage.Counters.BytesRead);
        Assert.InRange(calls, 1, 100);
    }

    [Fact]
    public void A_file_without_content_yet_is_judged_when_it_has_some()
    {
        var stage = Stage();
        stage.Disk.Create("/logs/empty");
        stage.Disk.Create("/logs/text");
        stage.Disk.Create("/logs/hole");
        stage.Disk.Truncate("/logs/hole", 1 << 20);
        stage.Start();
        stage.Run(10);
        stage.Disk.Append("/logs/empty", new byte[] { 0x1f });
        stage.Run(10);
        stage.Disk.Append("/logs/empty", new byte[] { 0x8b, 8, 0, 0, (byte)'\n', 7, (byte)'\n' });
        stage.Disk.Append("/logs/text", "text\n");
        stage.Disk.WriteAt("/logs/hole", 5000, "a\0b\nc\n");
        stage.Run(40);

        Assert.Equal("text\n", stage.Delivered.ToString());
        Assert.Equal(2, stage.Counters.FilesBinary);
        Assert.Equal(1, stage.Disk.OpenFiles);
    }

    [Fact]
    public void A_binary_file_that_is_replaced_by_text_under_its_name_or_in_place_is_shipped()
    {
        var stage = Stage();
        stage.Disk.Append("/logs/a", new byte[] { 0x28, 0xb5, 0x2f, 0xfd, (byte)'\n' });
        stage.Disk.Append("/logs/b", new byte[] { 0x28, 0xb5, 0x2f, 0xfd, (byte)'\n' });
        stage.Start();
        stage.Run(10);
        stage.Disk.Delete("/logs/a");
        stage.Disk.Append("/logs/a", "first of a\n");
        stage.Disk.Truncate("/logs/b");
        stage.Disk.Append("/logs/b", "first of b, and longer than what it held\n");
        stage.Run(40);

        Assert.Equal("first of a\nfirst of b, and longer than what it held\n", Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void Text_that_is_replaced_by_a_compressed_file_in_place_is_no_longer_tailed_and_nothing_is_lost()
    {
        var stage = Stage();
        stage.Disk.Append("/logs/a", Lines.Of("a", 1, 50));
        stage.Start();
        stage.Run(10);
        stage.Disk.Truncate("/logs/a");
        stage.Disk.Append("/logs/a", SimulatedDisk.Gzip(Encoding.ASCII.GetBytes(Lines.Of("a", 1, 50))));
        stage.Run(40);

        Assert.Equal(Lines.Of("a", 1, 50), stage.Delivered.ToString());
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(1, stage.Counters.FilesBinary);
    }

    [Fact]
    public void Whatever_a_file_holds_is_shipped_where_the_setting_asks_for_it()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*"], Framing = new FramingSettings { IncludeBinary = true } });
        stage.Disk.Append("/logs/a", new byte[] { 0x1f, 0x8b, 0, 1, (byte)'\n' });
        stage.Start();
        stage.Run(10);

        Assert.Equal("\u001f\u008b\0\u0001\n", stage.Delivered.ToString());
    }

    private static Stage Stage() => new(new StageOptions { Patterns = ["/logs/*"], Trace = true });

    private static int Named(Stage stage, string name) =>
        stage.Trace.ToString().Split('\n').Count(line => line.Contains($"/logs/{name} is not tailed", StringComparison.Ordinal));
}
