using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire;

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
        else if (kinesis)
        {
            ValidateKinesis($"{key}:KinesisStream", flow.KinesisStream, problems);
        }
        else if (!FirehoseName().IsMatch(flow.DeliveryStream))
        {
            ValidateFirehose($"{key}:DeliveryStream", flow.DeliveryStream, problems);
        }

        if (!kinesis && flow.MaxRecordKiB > 0)
        {
            problems.Add(
                $"{key}:MaxRecordKiB", flow.MaxRecordKiB.ToString(CultureInfo.InvariantCulture),
                "has no effect without a Kinesis stream: a record of Firehose never has more than 1,000 KiB",
                "Remove it, or set KinesisStream instead of DeliveryStream");
        }

        ValidatePartitionKey($"{key}:PartitionKey", flow.PartitionKey, kinesis, problems);
        if (kinesis && flow is { KeepOrder: true, PartitionKey.Source: PartitionKeySource.Random or PartitionKeySource.Content })
        {
            problems.Add(
                $"{key}:KeepOrder", "true",
                $"has no effect with PartitionKey:Source {flow.PartitionKey.Source}: the lines of a file go to several shards",
                "Set PartitionKey:Source to Path, or to JsonField for the order of lines with one key, or remove KeepOrder");
        }
    }

    /// <summary>Adds a problem for each flow whose stream's ARN names another region than calls go to.</summary>
    /// <param name="flows">The flows.</param>
    /// <param name="region">The region of the calls to Kinesis.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void ValidateRegion(IReadOnlyList<FlowOptions> flows, string region, ConfigurationProblems problems)
    {
        for (var index = 0; index < flows.Count; index++)
        {
            var stream = flows[index].KinesisStream;
            if (StreamArn.Parse(stream) is { Kind: DestinationKind.Kinesis } arn && arn.Region != region)
            {
                problems.Add(
                    $"Shipper:Flows:{index}:KinesisStream", stream, $"is in {arn.Region}, and calls go to {region}",
                    $"Set Shipper:Aws:Region to {arn.Region}, or name a stream in {region}");
            }
        }
    }

    private static void ValidateKinesis(string key, string stream, ConfigurationProblems problems)
    {
        if (!StreamArn.IsArn(stream))
        {
            if (!KinesisName().IsMatch(stream))
            {
                problems.Add(
                    key, stream, "is not a Kinesis stream name",
                    "Write 1 to 128 letters, digits, dots, dashes or underscores, or the stream's ARN");
            }
        }
        else if (StreamArn.Parse(stream) is not { } arn)
        {
            problems.Add(
                key, stream, "is not the ARN of a Kinesis stream",
                "Write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME, or for a stream of this account its name alone");
        }
        else if (arn.Kind == DestinationKind.Firehose)
        {
            problems.Add(
                key, stream, "is the ARN of a delivery stream",
                $"Remove it, and set DeliveryStream to {arn.Name}; Shipper:Aws:Region must be {arn.Region}");
        }
    }

    private static void ValidateFirehose(string key, string stream, ConfigurationProblems problems)
    {
        const string Name =
            "Write 1 to 64 letters, digits, dots, dashes or underscores; for a Kinesis data stream set KinesisStream instead";
        if (StreamArn.Parse(stream) is not { } arn)
        {
            problems.Add(
                key, stream, StreamArn.IsArn(stream) ? "is not the ARN of a delivery stream, and its name is needed"
                    : "is not a delivery stream name", Name);
        }
        else if (arn.Kind == DestinationKind.Kinesis)
        {
            problems.Add(
                key, stream, "is the ARN of a Kinesis data stream",
                $"Remove it, and set KinesisStream to {arn.Name}, or to this ARN if the stream is of another account; "
                + $"Shipper:Aws:Region must be {arn.Region}");
        }
        else
        {
            problems.Add(
                key, stream, "is an ARN: Firehose takes the name, which is the part after the slash",
                $"Write {arn.Name}; Shipper:Aws:Region must be {arn.Region}, and the credentials those of account {arn.Account}");
        }
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
        else if (partition.Source != PartitionKeySource.JsonField && !string.IsNullOrEmpty(partition.Field)
            && !problems.IsMisread($"{key}:Source"))
        {
            problems.Add(
                $"{key}:Field", partition.Field, $"has no effect with the source {partition.Source}",
                "Set PartitionKey:Source to JsonField, or remove it");
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{1,64}\z")]
    private static partial Regex FirehoseName();

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{1,128}\z")]
    private static partial Regex KinesisName();
}
