using System.Text;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tests.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

public sealed class FlowCostTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);

    private readonly SimulatedDisk _disk = new(new SimulatedClock());

    [Fact]
    public void Short_lines_one_by_one_are_billed_many_times_their_size_and_together_hardly_more()
    {
        _disk.Append("/logs/a.log", string.Concat(Enumerable.Repeat(new string('x', 199) + "\n", 10_000)));
        var cost = Sampled(new FlowOptions());
        Assert.Equal(25.6, cost.Single()!.Value, 3);
        Assert.Equal((1, 5242, 5242 * 200), (cost.Files, cost.Lines, cost.Bytes));
        Assert.InRange(cost.Aggregated(null)!.Value, 1, 1.01);
    }

    [Fact]
    public void A_Kinesis_stream_bills_units_of_25_KB_or_on_demand_of_1_KB()
    {
        _disk.Append("/logs/a.log", string.Concat(Enumerable.Repeat(new string('x', 199) + "\n", 10_000)));
        var cost = Sampled(new FlowOptions { KinesisStream = "orders" });
        Assert.Equal(128.0, cost.Single()!.Value, 3);
        Assert.Equal(5.12, cost.Single(ServiceLimits.OnDemandUnit)!.Value, 3);
        Assert.InRange(cost.Aggregated(null)!.Value, 1, 1.03);
        Assert.InRange(cost.Aggregated(null, ServiceLimits.OnDemandUnit)!.Value, 1, 1.01);
        Assert.Equal(1.28, cost.Aggregated(20_000)!.Value, 3); // 100 lines in a unit
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(500, 2.048)] // 500 lines of 5 bytes are billed as 5,120
    public void A_sample_too_small_to_fill_a_record_is_told_from_lines_too_few_to_fill_one(int maxLines, double expected)
    {
        _disk.Append("/logs/a.log", "last\n");
        var cost = Sampled(new FlowOptions { Aggregation = new AggregationOptions { MaxLines = maxLines } });
        Assert.Equal(1024, cost.Single()!.Value, 3);
        Assert.Equal(expected, cost.Aggregated(null)!.Value, 2);
        Assert.Equal(1024, cost.Aggregated(5)!.Value, 3);
    }

    [Theory]
    [InlineData(20_000, 1.024)] // 20,000 bytes a second and call: 100 lines, billed as 20,480
    [InlineData(200, 25.6)] // a line a second: none to go with
    [InlineData(1, 25.6)]
    public void Lines_that_come_slowly_find_no_company(double rate, double expected)
    {
        _disk.Append("/logs/a.log", string.Concat(Enumerable.Repeat(new string('x', 199) + "\n", 1000)));
        Assert.Equal(expected, Sampled(new FlowOptions { MaxBatchAge = TimeSpan.FromSeconds(1) }).Aggregated(rate)!.Value, 3);
    }

    [Fact]
    public void Only_the_ends_of_the_files_written_last_are_read_from_a_whole_line_on()
    {
        for (var file = 0; file < 10; file++)
        {
            _disk.Append($"/logs/{file}.log", "a much longer first line\n");
            _disk.Append($"/logs/{file}.log", string.Concat(Enumerable.Repeat("0123456789\n", 200_000)) + "unfinished");
        }

        var cost = Sampled(new FlowOptions());
        Assert.NotNull(cost.Single());
        Assert.Equal((FlowCost.MostFiles, 11.0), (cost.Files, (double)cost.Bytes / cost.Lines));
        Assert.InRange(cost.Bytes, FlowCost.MostFiles * (FlowCost.BytesOfEach - 40), FlowCost.MostFiles * FlowCost.BytesOfEach);
    }

    [Fact]
    public void What_is_sent_counts_not_what_stands_in_the_file()
    {
        _disk.Append("/logs/a.log", Framer.Utf16(string.Concat(Enumerable.Repeat(new string('x', 5999) + "\n", 50))));
        Assert.Equal(10240.0 / 12000, Sampled(new FlowOptions { Encoding = TextEncoding.Utf16LE }).Single()!.Value, 3);
        var multiLine = new FlowOptions { Encoding = TextEncoding.Latin1, MultiLine = new MultiLineOptions { StartPattern = "never" } };
        Assert.Equal(1.0, Sampled(multiLine).Aggregated(null)!.Value, 1);
    }

    [Fact]
    public void The_end_of_a_long_file_is_read_as_its_start_says()
    {
        _disk.Append("/logs/a.log", [0xFF, 0xFE, .. Framer.Utf16(string.Concat(Enumerable.Repeat(new string('x', 5999) + "\n", 300)))]);
        Assert.Equal(10240.0 / 12000, Sampled(new FlowOptions()).Single()!.Value, 3);
    }

    [Fact]
    public void Without_a_whole_line_there_is_nothing_to_say()
    {
        Assert.Null(Sampled(new FlowOptions()).Single());
        _disk.Append("/logs/a.log", "unfinished");
        _disk.Append("/logs/b.log", "");
        Assert.Null(Sampled(new FlowOptions()).Single());
        Assert.Null(Sampled(new FlowOptions()).Aggregated(5));
    }

    [Fact]
    public void Growth_is_what_the_checkpoints_moved_within_a_day()
    {
        StreamCheckpoint[] streams =
        [
            Stream(9_000, (30, 1_000), (20, 3_000), (1, 8_000)), // since a day ago: 8,000
            Stream(500, (5, 100)),
            Stream(700),
        ];
        var growth = FlowGrowth.Of(streams, Now);
        Assert.Equal((8_000 + 400, TimeSpan.FromHours(24)), (growth!.Bytes, growth.Time));
        Assert.Null(FlowGrowth.Of([Stream(9_000)], Now));
        Assert.Null(FlowGrowth.Of([Stream(9_000, (0.1, 100))], Now));
        Assert.Null(FlowGrowth.Of([Stream(9_000, (5, 9_000))], Now));
    }

    [Fact]
    public void Growth_is_else_what_the_files_hold_since_the_oldest_was_made()
    {
        var growth = FlowGrowth.Of([File(100, 5), File(300, 2)], Now);
        Assert.Equal((400, TimeSpan.FromHours(5)), (growth!.Bytes, growth.Time));
        Assert.Null(FlowGrowth.Of([File(100, 5), new FileStat(default, 300, 0, Generation: 0)], Now));
        Assert.Null(FlowGrowth.Of([File(100, 0.1)], Now));
        Assert.Null(FlowGrowth.Of(Array.Empty<FileStat>(), Now));
    }

    private static FileStat File(long size, double hours) => new(default, size, 0, (Now - TimeSpan.FromHours(hours)).UtcTicks);

    private static StreamCheckpoint Stream(long committed, params (double HoursAgo, long Offset)[] marks) => new()
    {
        Stream = new StreamId(1),
        Flow = "orders",
        Path = "/logs/a.log",
        File = default,
        Committed = committed,
        Marks = [.. marks.Select(mark => new TimeMark(Now - TimeSpan.FromHours(mark.HoursAgo), mark.Offset))],
    };

    private FlowCost Sampled(FlowOptions flow)
    {
        var scan = new PatternScan(_disk, [.. PathPattern.Parse("/logs/*.log")], new ScanRules([], false)).Run();
        return new FlowCost(flow, _disk, scan.Files);
    }
}
