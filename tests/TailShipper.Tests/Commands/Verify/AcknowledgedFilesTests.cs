using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Commands.Verify;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Tailing;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Verify;

public sealed class AcknowledgedFilesTests
{
    private const string Log = "/logs/app.log";

    [Fact]
    public void What_is_acknowledged_of_a_live_file_is_compared_and_no_more()
    {
        var stage = Shipped(10);
        stage.Stop();
        stage.Disk.Append(Log, "later\n");
        var file = Assert.Single(Find(stage).Files);
        Assert.Equal((Log, false), (file.Path, file.IsGzip));
        Assert.Equal([new ByteSpan(0, 191)], file.Spans);
    }

    [Fact]
    public void A_rotated_file_is_found_under_its_new_name_and_its_successor_too()
    {
        var stage = Shipped(10);
        stage.Disk.Rename(Log, Log + ".1");
        stage.Disk.Append(Log, Lines.Of("b", 1, 5));
        stage.Run(30);
        Assert.Equal([Log, Log + ".1"], Find(stage).Files.Select(file => file.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_archive_is_recognized_by_its_content()
    {
        var stage = Shipped(10);
        stage.Disk.Rename(Log, Log + ".1");
        stage.Run(30);
        stage.Stop();
        stage.Disk.Compress(Log + ".1");
        var file = Assert.Single(Find(stage).Files);
        Assert.Equal((Log + ".1.gz", true), (file.Path, file.IsGzip));
        Assert.Equal([new ByteSpan(0, 191)], file.Spans);
    }

    [Fact]
    public void An_archive_is_not_taken_where_the_file_itself_is_there()
    {
        var stage = Shipped(10);
        stage.Stop();
        stage.Disk.CompressBeside(Log);
        Assert.Equal([Log], Find(stage).Files.Select(file => file.Path));
    }

    [Fact]
    public void A_stream_whose_file_was_deleted_is_counted()
    {
        var stage = Shipped(10);
        stage.Disk.Delete(Log);
        stage.Run(30);
        stage.Stop();
        var found = Find(stage);
        Assert.Empty(found.Files);
        Assert.Equal((1, 191L), (found.Gone, found.GoneBytes));
        Assert.Empty(found.Problems);
    }

    [Fact]
    public void A_file_that_was_rewritten_since_is_not_what_was_acknowledged()
    {
        var stage = Shipped(10);
        stage.Stop();
        stage.Disk.Truncate(Log);
        stage.Disk.Append(Log, Lines.Of("b", 1, 40));
        var found = Find(stage);
        Assert.Empty(found.Files);
        Assert.Equal(1, found.Gone);
    }

    [Fact]
    public void A_file_of_which_nothing_is_acknowledged_is_not_compared()
    {
        var stage = Shipped(10);
        stage.Stop();
        stage.Disk.Append("/logs/app2.log", "new\n");
        Assert.Equal([Log], Find(stage).Files.Select(file => file.Path));
    }

    private static Stage Shipped(int lines)
    {
        var stage = new Stage(new StageOptions { Patterns = [Log, "/logs/app2.log"] });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        stage.Disk.Append(Log, Lines.Of("a", 1, lines));
        stage.Run(5);
        return stage;
    }

    private static FlowToVerify Find(Stage stage)
    {
        if (stage.Shipper is not null)
        {
            stage.Commit();
        }

        var known = stage.Known().Where(stream => stream.Path.Length > 0).ToList();
        var flow = new FlowOptions { Name = "flow", Paths = [.. stage.Options.Patterns], DeliveryStream = "stream" };
        return new AcknowledgedFiles(stage.Disk, new DeadLetterSpans(), own: null)
            .Find(flow, ShippedClaim.ViewOf(known), new VerifyPeriod(null, null));
    }
}

public sealed class VerifyPeriodTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly StreamCheckpoint Stream = new()
    {
        Stream = new StreamId(1),
        Flow = "orders",
        Path = "/logs/app.log",
        File = default,
        Committed = 1000,
        At = Noon.AddHours(4),
        Marks = [new TimeMark(Noon, 100), new TimeMark(Noon.AddHours(1), 400), new TimeMark(Noon.AddHours(2), 700)],
    };

    [Theory]
    [InlineData(null, null, 0, 1000)]
    [InlineData(-1.0, null, 100, 1000)]
    [InlineData(0.5, null, 400, 1000)]
    [InlineData(2.5, null, 1000, 1000)]
    [InlineData(9.0, null, 1000, 1000)]
    [InlineData(null, 1.5, 0, 400)]
    [InlineData(null, -1.0, 0, 0)]
    [InlineData(0.5, 2.5, 400, 700)]
    [InlineData(2.5, 1.0, 400, 400)]
    public void Bytes_are_compared_only_when_they_are_sure_to_be_of_the_period(double? from, double? to, long start, long end) =>
        Assert.Equal(
            new ByteSpan(start, end),
            new VerifyPeriod(Hours(from), Hours(to)).Of(Stream, InitialPosition.StartOfFile));

    [Fact]
    public void What_was_there_before_the_first_start_is_left_out_where_it_is_not_shipped() =>
        Assert.Equal(new ByteSpan(100, 1000), new VerifyPeriod(null, null).Of(Stream, InitialPosition.EndOfFile));

    private static DateTimeOffset? Hours(double? hours) => hours is { } number ? Noon.AddHours(number) : null;
}

public sealed class SpanSetTests
{
    [Theory]
    [InlineData("", "0-100")]
    [InlineData("10-20", "0-10 20-100")]
    [InlineData("0-20 80-100", "20-80")]
    [InlineData("50-60 10-20 15-30 90-200", "0-10 30-50 60-90")]
    [InlineData("0-100", "")]
    [InlineData("200-300", "0-100")]
    public void What_is_left_of_a_span_are_the_parts_in_none_of_the_others(string others, string left)
    {
        var parts = SpanSet.Without(new ByteSpan(0, 100), Parse(others));
        Assert.Equal(left, string.Join(' ', parts.Select(span => $"{span.Start}-{span.End}")));
    }

    private static IEnumerable<ByteSpan> Parse(string spans) => spans.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(span => span.Split('-').Select(long.Parse).ToArray()).Select(ends => new ByteSpan(ends[0], ends[1]));
}
