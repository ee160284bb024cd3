using System.Globalization;
using System.Text;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Commands.Preview;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Preview;

public sealed class RecordPreviewTests
{
    private static readonly ChainSurroundings Surroundings = new("host", SampleProcessing.NoId, TimeProvider.System, () => null);

    [Fact]
    public void Every_record_is_shown_with_what_becomes_of_it()
    {
        var flow = Csv(UnmatchedRule.DeadLetter);
        flow.Processing.Insert(0, new ProcessingOptions { Type = ProcessingType.Exclude, Pattern = "DEBUG" });
        Assert.Equal(
            [
                "0+4 Sent {\"a\":\"1\",\"b\":\"2\"}\n",
                "4+9 LeftOut ",
                "13+6 DeadLetter the line has more fields than names",
                "19+3 Sent {\"a\":\"x\",\"b\":\"y\"}\n",
            ],
            Shown(flow, "1,2\nDEBUG,zz\n1,2,3\nx,y"));
    }

    [Fact]
    public void A_line_without_its_end_waits_where_the_flow_waits_for_it_and_where_there_is_more_of_the_file()
    {
        Assert.Equal(["0+2 Sent a\n", "2+1 Sent b\n"], Shown(new FlowOptions(), "a\nb"));
        Assert.Equal(["0+2 Sent a\n", "2+1 Waits its end is not there yet"], Shown(new FlowOptions(), "a\nb", isWhole: false));
        var agent = new FlowOptions { UnfinishedLineWait = TimeSpan.Zero };
        Assert.Equal(["0+2 Sent a\n", "2+1 Waits its end is not there yet"], Shown(agent, "a\nb"));
    }

    [Fact]
    public void Header_lines_and_a_byte_order_mark_are_passed_over_and_name_the_fields()
    {
        var flow = new FlowOptions { SkipHeaderLines = 1 };
        flow.Processing.Add(new ProcessingOptions { Type = ProcessingType.CsvToJson, NamesFromHeader = true });
        Assert.Equal(["7+4 Sent {\"n\":\"1\",\"m\":\"2\"}\n"], Shown(flow, "\uFEFFn,m\n1,2\n"));
    }

    [Theory]
    [InlineData("DeadLetter", "2+1024008 DeadLetter it has 1024008 bytes, and a record holds 1024000")]
    [InlineData("Split", "2+1023999 Sent 1024000 bytes", "1024001+9 Sent xxxxxxxx\n")]
    [InlineData("Truncate", "2+1024008 Sent 1024000 bytes")]
    public void A_line_that_is_longer_than_a_record_is_shown_as_the_flow_treats_it(string policy, params string[] expected)
    {
        var flow = new FlowOptions { Oversize = Enum.Parse<OversizePolicy>(policy) };
        Assert.Equal(
            ["0+2 Sent a\n", .. expected, "1024010+2 Sent b\n"], Shown(flow, "a\n" + new string('x', 1_024_007) + "\nb\n"));
    }

    [Fact]
    public void All_of_the_input_can_be_one_record()
    {
        var flow = new FlowOptions();
        flow.Processing.Add(new ProcessingOptions { Type = ProcessingType.SingleLine });
        Assert.Equal("0+5 Sent a b\n", Assert.Single(Preview(flow, " a\n b").AsOne().Select(Text)));
    }

    [Fact]
    public void What_is_shown_as_sent_is_what_the_flow_sends()
    {
        var (random, sent) = (new Random(20261129), 0);
        for (var round = 0; round < 60; round++)
        {
            var flow = Csv((UnmatchedRule)random.Next(3));
            flow.SkipHeaderLines = random.Next(3);
            flow.MultiLine.StartPattern = random.Next(2) == 0 ? "^[a-c]" : null;
            if (random.Next(3) == 0)
            {
                flow.Processing.Clear();
            }

            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ =>
                string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abcdé,\"x"[random.Next(8)]))
                + (random.Next(9) == 0 ? "\r\n" : "\n")));
            var stage = new Stage(new StageOptions
            {
                Patterns = ["/logs/app.log"],
                Framing = FramingSettings.Of(flow),
                Processing = flow.Processing,
            });
            stage.Disk.Append("/logs/app.log", Encoding.UTF8.GetBytes(text));
            stage.Start();
            stage.Run(30);

            var shown = Preview(flow, text).Split(isWhole: true, int.MaxValue);
            Assert.Equal(
                stage.Delivered.ToString(),
                string.Concat(shown.Select(record => Encoding.Latin1.GetString(record.Bytes ?? []))));
            sent += shown.Count(record => record.Outcome == PreviewOutcome.Sent);
            Assert.Equal(stage.Counters.RecordsDeadLettered, shown.Count(record => record.Outcome == PreviewOutcome.DeadLetter));
        }

        Assert.True(sent > 200, $"only {sent} records");
    }

    private static FlowOptions Csv(UnmatchedRule unmatched)
    {
        var flow = new FlowOptions();
        flow.Processing.Add(new ProcessingOptions { Type = ProcessingType.CsvToJson, Names = ["a", "b"], Unmatched = unmatched });
        return flow;
    }

    private static RecordPreview Preview(FlowOptions flow, string text) =>
        new(flow, "/logs/app.log", Encoding.UTF8.GetBytes(text), Surroundings);

    private static string[] Shown(FlowOptions flow, string text, bool isWhole = true) =>
        [.. Preview(flow, text).Split(isWhole, 100).Select(Text)];

    private static string Text(PreviewedRecord record)
    {
        var text = record.Bytes is { Length: > 1000 } many ? $"{many.Length} bytes"
            : record.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes)
            : record.Reason;
        return string.Create(CultureInfo.InvariantCulture, $"{record.Span.Start}+{record.Span.Length} {record.Outcome} {text}");
    }
}
