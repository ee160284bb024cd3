using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>Finds everything that is wrong with the options by themselves; nothing here touches disk or network.</summary>
internal static partial class ShipperOptionsValidator
{
    /// <summary>Adds every problem of <paramref name="options"/>.</summary>
    public static void Validate(ShipperOptions options, ConfigurationProblems problems)
    {
        Between("Shipper:ScanInterval", options.ScanInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), problems);
        Between("Shipper:PollInterval", options.PollInterval, TimeSpan.FromMilliseconds(1), options.ScanInterval, problems);
        Between("Shipper:RotateWait", options.RotateWait, TimeSpan.Zero, TimeSpan.FromHours(1), problems);
        Between("Shipper:ShutdownTimeout", options.ShutdownTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), problems);
        Between("Shipper:CallTimeout", options.CallTimeout, TimeSpan.FromSeconds(1), FirehoseClient.Ceiling, problems);
        Between("Shipper:Metrics:Interval", options.Metrics.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), problems);
        Between("Shipper:MaxCallsInFlight", options.MaxCallsInFlight, 1, 64, problems);
        Between("Shipper:MaxBufferBytes", options.MaxBufferBytes, Math.Max(8 * 1024 * 1024, options.Flows.Count * ChunkShare.GuaranteedBytes), 1L << 40, problems);
        Between("Shipper:DeadLetters:MaxFileBytes", options.DeadLetters.MaxFileBytes, 65_536, 1L << 30, problems);
        if (options.DeadLetters.MaxBytes != 0)
        {
            Between("Shipper:DeadLetters:MaxBytes", options.DeadLetters.MaxBytes, options.DeadLetters.MaxFileBytes, long.MaxValue, problems);
        }

        if (options.MaxOpenFiles != 0)
        {
            Between("Shipper:MaxOpenFiles", options.MaxOpenFiles, HandleBudget.Least, int.MaxValue, problems);
        }

        TelemetryValidation.Validate(options, problems);
        ValidateAws(options.Aws, problems);
        if (options.Flows.Count == 0)
        {
            problems.Add("Shipper:Flows", null, "there is no flow", "Add one with Name, Paths and DeliveryStream or KinesisStream");
        }

        for (var index = 0; index < options.Flows.Count; index++)
        {
            ValidateFlow($"Shipper:Flows:{index}", options.Flows[index], options.Flows, problems);
        }

        FlowOverlap.Validate(options.Flows, problems);
    }

    private static void ValidateAws(AwsOptions aws, ConfigurationProblems problems)
    {
        if (!string.IsNullOrEmpty(aws.RoleArn) && !RoleArn().IsMatch(aws.RoleArn))
        {
            problems.Add("Shipper:Aws:RoleArn", aws.RoleArn, "is not the ARN of a role", "Write arn:aws:iam::ACCOUNT:role/NAME");
        }

        if (!string.IsNullOrEmpty(aws.ExternalId) && string.IsNullOrEmpty(aws.RoleArn))
        {
            problems.Add("Shipper:Aws:ExternalId", aws.ExternalId, "is of no use without a role", "Set Shipper:Aws:RoleArn too, or remove it");
        }

        if ((aws.UseFips == true || aws.UseDualStack == true) && aws.ServiceUrl is not null && aws.KinesisServiceUrl is not null)
        {
            problems.Add(aws.UseFips == true ? "Shipper:Aws:UseFips" : "Shipper:Aws:UseDualStack", "true", "changes nothing beside endpoints of one's own", "Remove it, and name the right endpoints in ServiceUrl and KinesisServiceUrl");
        }

        if (!string.IsNullOrEmpty(aws.Region) && !Region().IsMatch(aws.Region))
        {
            problems.Add("Shipper:Aws:Region", aws.Region, "is not a region name", "Write for example eu-west-1");
        }
    }

    private static void ValidateFlow(string key, FlowOptions flow, List<FlowOptions> all, ConfigurationProblems problems)
    {
        if (!Name().IsMatch(flow.Name))
        {
            problems.Add($"{key}:Name", flow.Name, "is not a flow name", "Write 1 to 64 letters, digits, dots, dashes or underscores");
        }
        else if (all.FindIndex(other => other.Name == flow.Name) is var first && !ReferenceEquals(all[first], flow))
        {
            problems.Add($"{key}:Name", flow.Name, $"is the name of flow {first} too", "Give each flow a name of its own; checkpoints go by it");
        }

        DestinationValidator.Validate(key, flow, problems);

        if (flow.Paths.Count == 0)
        {
            problems.Add($"{key}:Paths", null, "names no file", "Add at least one absolute path, for example /var/log/orders/*.log");
        }

        for (var index = 0; index < flow.Paths.Count; index++)
        {
            ValidatePath($"{key}:Paths:{index}", flow.Paths[index], problems);
        }

        ExclusionRules.Validate(key, flow, problems);
        var limits = Destination.Of(flow).Limits;
        Between($"{key}:MaxBatchAge", flow.MaxBatchAge, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(15), problems);
        Between($"{key}:MaxBatchRecords", flow.MaxBatchRecords, 1, limits.MaxRecords, problems);
        Between($"{key}:MaxBatchBytes", flow.MaxBatchBytes, limits.MaxRecordBytes, limits.MaxBytes, problems);
        Between($"{key}:MaxDeletedBytes", flow.MaxDeletedBytes, 0, long.MaxValue, problems);
        Between($"{key}:Aggregation:TargetBytes", flow.Aggregation.TargetBytes, 1, limits.MaxRecordBytes, problems);
        Between($"{key}:Aggregation:MaxLines", flow.Aggregation.MaxLines, 0, int.MaxValue, problems);
        Between($"{key}:SkipHeaderLines", flow.SkipHeaderLines, 0, 1000, problems);
        ValidateMultiLine($"{key}:MultiLine", flow, limits.MaxRecordBytes, problems);
    }

    private static void ValidateMultiLine(string key, FlowOptions flow, int maxRecordBytes, ConfigurationProblems problems)
    {
        Between($"{key}:MaxLines", flow.MultiLine.MaxLines, 1, 100_000, problems);
        Between($"{key}:MaxBytes", flow.MultiLine.MaxBytes, 1, maxRecordBytes, problems);
        Between($"{key}:MaxAge", flow.MultiLine.MaxAge, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), problems);
        if (string.IsNullOrEmpty(flow.MultiLine.StartPattern))
        {
            return; // making an expression, of whatever it is, takes a tenth of a start
        }

        try
        {
            StartLine.Parse(flow.MultiLine.StartPattern, flow.Encoding == TextEncoding.Latin1);
        }
        catch (FormatException exception)
        {
            problems.Add($"{key}:StartPattern", flow.MultiLine.StartPattern, exception.Message, @"Write a .NET regular expression without lookaround and backreferences, for example ^\d{4}-\d{2}-\d{2}");
        }
    }

    private static void ValidatePath(string key, string path, ConfigurationProblems problems)
    {
        try
        {
            var patterns = PathPattern.Parse(path);
            if (patterns.Any(pattern => PatternScan.IsCompressed(pattern.Text)))
            {
                problems.Add(key, path, "names compressed files, which are not tailed", "Name the files as they are written");
            }
        }
        catch (FormatException exception)
        {
            problems.Add(key, path, exception.Message, "Write an absolute path, for example /var/log/orders/*.log");
        }
    }

    private static void Between(string key, TimeSpan value, TimeSpan least, TimeSpan most, ConfigurationProblems problems)
    {
        if (value < least || value > most)
        {
            problems.Add(key, value.ToString("c", CultureInfo.InvariantCulture), "is out of range", $"Write a duration from {least:c} to {most:c}");
        }
    }

    private static void Between(string key, long value, long least, long most, ConfigurationProblems problems)
    {
        if (value < least || value > most)
        {
            problems.Add(key, value.ToString(CultureInfo.InvariantCulture), "is out of range", string.Create(CultureInfo.InvariantCulture, $"Write a number from {least} to {most}"));
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_.-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$")]
    private static partial Regex RoleArn();

    [GeneratedRegex("^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
    private static partial Regex Region();
}
