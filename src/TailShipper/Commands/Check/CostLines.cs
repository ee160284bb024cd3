using Shipper.Foundation.Files;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>What a flow would be billed, in words: from a sample of its files, with and without aggregation.</summary>
internal static class CostLines
{
    private const double Gibibyte = 1L << 30;
    private const double Month = 30 * 24 * 3600;

    /// <summary>The lines, each without its indent.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="state">The state directory; what the journal there tells is used when it can be read.</param>
    /// <param name="files">What the flow's patterns name.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<string> Of(FlowOptions flow, string state, IReadOnlyDictionary<string, FileStat> files, DateTimeOffset now)
    {
        var cost = new FlowCost(flow, new PhysicalFileSystem(), files);
        if (cost.Single() is not { } single)
        {
            yield return files.Count == 0
                ? "cost: no file to take a sample from yet; ask again when there are some"
                : "cost: none of the files has a whole line that could be read; ask again when there are some";
            yield break;
        }

        yield return
            $"cost: of {cost.Files} of {HumanNumbers.Of(files.Count, "file")} the last {HumanNumbers.Of(cost.Bytes, "byte")} were sampled: "
            + $"{HumanNumbers.Of(cost.Lines, "line")}, "
            + $"{(double)cost.Bytes / cost.Lines:N0} bytes each on average";
        var growth = Growth(flow, state, files, now);
        var aggregated = cost.Aggregated(growth?.Rate) ?? single;
        if (flow.KinesisStream.Length > 0)
        {
            foreach (var line in Kinesis(cost, growth))
            {
                yield return line;
            }
        }
        else if (growth is null)
        {
            yield return $"cost: the growth of the files is not known yet. For each GiB of log Firehose bills {single:0.00} "
                + $"GiB with a record for each line, {aggregated:0.00} GiB with aggregation, if lines come fast enough to fill its "
                + "records";
        }
        else
        {
            var month = growth.Rate * Month / Gibibyte;
            yield return
                $"cost: the files grew by {growth.Bytes:N0} bytes in {Words(growth.Time)}, {growth.Source}; a month (30 days) like that "
                + $"is {month:N2} GiB of log";
            yield return $"cost: Firehose would bill {month * single:N2} GiB a month with a record for each line "
                + $"({single:0.00} times the log), {month * aggregated:N2} GiB with aggregation ({aggregated:0.00} times)";
        }

        if (flow.Aggregation.Mode == AggregationMode.None && aggregated < single * 0.9)
        {
            yield return flow.KinesisStream.Length > 0
                ? "cost: aggregation is off; Aggregation:Mode Lines is right where consumers take several lines in a record and do not "
                + "rely on a partition key for each line"
                : "cost: aggregation is off; Aggregation:Mode Lines is right for S3, not for destinations that index each record "
                + "(OpenSearch, Splunk)";
        }
    }

    // Which of the two a stream is, only the service knows.
    private static IEnumerable<string> Kinesis(FlowCost cost, FlowGrowth? growth)
    {
        double Units(double? ratio) => ratio!.Value * Gibibyte / ServiceLimits.Kinesis.BillingUnit / 1e6;
        var (units, fewer) = (Units(cost.Single()), Units(cost.Aggregated(growth?.Rate)));
        var single = cost.Single(ServiceLimits.OnDemandUnit)!.Value;
        var aggregated = cost.Aggregated(growth?.Rate, ServiceLimits.OnDemandUnit)!.Value;
        if (growth is null)
        {
            yield return $"cost: the growth of the files is not known yet. For each GiB of log Kinesis bills {units:0.000} "
                + $"million PUT payload units (25 KB) with a record for each line, {fewer:0.000} million with aggregation, if lines come "
                + $"fast enough to fill its records; on demand {single:0.00} and {aggregated:0.00} GiB";
            yield break;
        }

        var month = growth.Rate * Month / Gibibyte;
        yield return
            $"cost: the files grew by {growth.Bytes:N0} bytes in {Words(growth.Time)}, {growth.Source}; a month (30 days) like that is "
            + $"{month:N2} GiB of log";
        yield return $"cost: Kinesis would bill {month * units:N3} million PUT payload units (25 KB) a month with a record for "
            + $"each line, {month * fewer:N3} million with aggregation; a stream on demand {month * single:N2} GiB ({single:0.00} times "
            + $"the log) and {month * aggregated:N2} GiB ({aggregated:0.00} times). Shards or stream hours come on top";
    }

    private static FlowGrowth? Growth(FlowOptions flow, string state, IReadOnlyDictionary<string, FileStat> files, DateTimeOffset now)
    {
        try
        {
            var streams = CheckpointReader.Read(new PhysicalStateDirectory(state)).Streams.Where(stream => stream.Flow == flow.Name);
            return FlowGrowth.Of(streams, now) ?? FlowGrowth.Of(files.Values, now);
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            return FlowGrowth.Of(files.Values, now);
        }
    }

    private static string Words(
        TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours:N1} h" : $"{time.TotalMinutes:N0} min";
}
