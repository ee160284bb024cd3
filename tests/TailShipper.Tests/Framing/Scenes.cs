using System.Text;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

/// <summary>Stages for flows that do not ship plain lines.</summary>
internal static class Scenes
{
    public const string Log = "/logs/app.log";

    /// <summary>
    /// A stage whose flow frames by <paramref name="framing"/>; <paramref name="records"/> takes each Firehose record as UTF-8.
    /// </summary>
    public static Stage Stage(FramingSettings framing, out List<string> records, string pattern = Log)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern], Framing = framing });
        List<string> taken = [];
        stage.Firehose.Took = (call, record) => taken.Add(Encoding.UTF8.GetString(call.Records[record]));
        records = taken;
        return stage;
    }

    public static FramingSettings MultiLine(TimeSpan maxAge) =>
        new() { MultiLine = new MultiLineSettings("^>", 500, 1_024_000, maxAge) };

    /// <summary>Everything that was read is accounted for, and nothing is under way.</summary>
    public static void Settled(Stage stage, long read, long filtered = 0)
    {
        var counters = stage.Counters;
        Assert.Equal((read, filtered), (counters.BytesRead, counters.BytesFiltered));
        Assert.Equal(0, counters.BytesInFlight);
        Assert.Equal(0, stage.BytesLost);
        foreach (var stream in stage.Shipper!.Streams.All)
        {
            Assert.Equal((stream.Position, 0), (stream.Ring.Committed, stream.Ring.Pending));
        }
    }
}
