using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>Finds what is wrong with the destination of a flow.</summary>
internal static partial class DestinationValidator
{
    /// <summary>Adds every problem of the flow's stream and partition key.</summary>
    public static void Validate(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        var (firehose, kinesis) = (flow.DeliveryStream.Length > 0, flow.KinesisStream.Length > 0);
        if (firehose && kinesis)
        {
            problems.Add(
                $"{key}:KinesisStream", flow.KinesisStream,
                $"conflicts with DeliveryStream \"{flow.DeliveryStream}\": a flow ships to one stream",
                "Remove one of the two, or make two flows");
        }
        else if (kinesis && !KinesisName().IsMatch(flow.KinesisStream))
        {
            problems.Add(
                $"{key}:KinesisStream", flow.KinesisStream, "is not a Kinesis stream name",
                "Write 1 to 128 letters, digits, dots, dashes or underscores; not the ARN");
        }
        else if (!kinesis && !FirehoseName().IsMatch(flow.DeliveryStream))
        {
            problems.Add(
                $"{key}:DeliveryStream", flow.DeliveryStream, "is not a delivery stream name",
                "Write 1 to 64 letters, digits, dots, dashes or underscores; for a Kinesis data stream set KinesisStream instead");
        }

        ValidatePartitionKey($"{key}:PartitionKey", flow.PartitionKey, kinesis, problems);
    }

    private static void ValidatePartitionKey(string key, PartitionKeyOptions partition, bool kinesis, ConfigurationProblems problems)
    {
        if (!kinesis && partition.Source != PartitionKeySource.Random)
        {
            problems.Add(
                $"{key}:Source", partition.Source.ToString(), "has no effect without a Kinesis stream: Firehose has no partition keys",
                "Remove it, or set KinesisStream instead of DeliveryStream");
        }

        if (partition.Source == PartitionKeySource.JsonField && string.IsNullOrEmpty(partition.Field))
        {
            problems.Add(
                $"{key}:Field", partition.Field, "names no member for the source JsonField",
                "Write the name of a member of the lines' JSON objects, for example customerId");
        }
        else if (partition.Source != PartitionKeySource.JsonField && !string.IsNullOrEmpty(partition.Field))
        {
            problems.Add(
                $"{key}:Field", partition.Field, $"has no effect with the source {partition.Source}",
                "Set PartitionKey:Source to JsonField, or remove it");
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_.-]{1,64}$")]
    private static partial Regex FirehoseName();

    [GeneratedRegex("^[a-zA-Z0-9_.-]{1,128}$")]
    private static partial Regex KinesisName();
}
