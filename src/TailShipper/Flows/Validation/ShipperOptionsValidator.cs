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

/// <summary>Finds everything that is wrong with the options themselves, without access to disk or network.</summary>
internal static partial class ShipperOptionsValidator
{
    private const string Section = "Shipper";

    /// <summary>Adds every problem of <paramref name="options"/>.</summary>
    public static void Validate(ShipperOptions options, ConfigurationProblems problems)
    {
        OptionBounds.Validate(options, Section, problems);
        ValidateOwnPaths(options, problems);
        ValidateMemory(options, problems);
        ValidateDeadLetters(options, problems);
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

    // A relative one would be another place wherever the process is started: without its checkpoints everything is shipped again.
    private static void ValidateOwnPaths(ShipperOptions options, ConfigurationProblems problems)
    {
        foreach (var (key, path) in (ReadOnlySpan<(string, string?)>)
        [
            ("StateDirectory", options.StateDirectory), ("Log:Path", options.Log.Path), ("Metrics:Path", options.Metrics.Path),
        ])
        {
            if (!string.IsNullOrEmpty(path) && !Path.IsPathFullyQualified(path)
                && problems.All.All(problem => problem.Key != $"{Section}:{key}"))
            {
                problems.Add($"{Section}:{key}", path, "is a relative path", $"Write the whole path, for example {Example(path)}");
            }
        }
    }

    private static string Example(string path) => OperatingSystem.IsWindows()
        ? @"C:\ProgramData\tailshipper\" + Path.GetFileName(path)
        : "/var/lib/tailshipper/" + Path.GetFileName(path);

    private static void ValidateDeadLetters(ShipperOptions options, ConfigurationProblems problems)
    {
        var letters = options.DeadLetters;
        if (letters.MaxBytes > 0 && letters.MaxBytesPerFlow > letters.MaxBytes / Math.Max(1, options.Flows.Count))
        {
            problems.Add(
                "Shipper:DeadLetters:MaxBytesPerFlow", letters.MaxBytesPerFlow.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture,
                    $"is more than a share of MaxBytes ({letters.MaxBytes}) for each of {options.Flows.Count} flows"),
                string.Create(CultureInfo.InvariantCulture,
                    $"Write at most {letters.MaxBytes / Math.Max(1, options.Flows.Count)}, or 0 for an equal share, or raise MaxBytes"));
        }
    }

    private static void ValidateMemory(ShipperOptions options, ConfigurationProblems problems)
    {
        const string key = "Shipper:MaxBufferBytes";
        var needed = ChunkPool.Least(options.Flows.Select(flow => ChunkShare.For(Destination.LimitsOf(flow).MaxRecordBytes)));
        if (options.MaxBufferBytes < needed && problems.All.All(problem => problem.Key != key))
        {
            problems.Add(
                key, options.MaxBufferBytes.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"is too small for {options.Flows.Count} flows"),
                string.Create(CultureInfo.InvariantCulture, $"Write a number of at least {needed}"));
        }
    }

    private static void ValidateAws(AwsOptions aws, ConfigurationProblems problems)
    {
        if (!string.IsNullOrEmpty(aws.RoleArn) && !RoleArn().IsMatch(aws.RoleArn))
        {
            problems.Add("Shipper:Aws:RoleArn", aws.RoleArn, "is not the ARN of a role", "Write arn:aws:iam::ACCOUNT:role/NAME");
        }

        if (!string.IsNullOrEmpty(aws.ExternalId) && string.IsNullOrEmpty(aws.RoleArn))
        {
            problems.Add(
                "Shipper:Aws:ExternalId", aws.ExternalId, "has no effect without a role", "Set Shipper:Aws:RoleArn too, or remove it");
        }

        if ((aws.UseFips == true || aws.UseDualStack == true) && aws.ServiceUrl is not null && aws.KinesisServiceUrl is not null)
        {
            problems.Add(
                aws.UseFips == true ? "Shipper:Aws:UseFips" : "Shipper:Aws:UseDualStack", "true", "has no effect with custom endpoints",
                "Remove it, and name the right endpoints in ServiceUrl and KinesisServiceUrl");
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
            problems.Add(
                $"{key}:Name", flow.Name, $"is the name of flow {first} too",
                "Give each flow its own name; checkpoints are kept by it");
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
        ValidateMultiLine($"{key}:MultiLine", flow, problems);
        ValidateLineEnd($"{key}:LineEnd", flow, problems);
        ProcessingRules.Validate(key, flow, problems);
        if (flow.Aggregation is { Compression: RecordFormat.Gzip, Mode: AggregationMode.None })
        {
            problems.Add(
                $"{key}:Aggregation:Compression", "Gzip", "has no effect without aggregation: a line by itself does not become smaller",
                "Set Aggregation:Mode to Lines, or remove it");
        }
    }

    private static void ValidateLineEnd(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        var conflict = flow.LineEnd == LineEnd.Newline ? null
            : flow.Encoding is TextEncoding.Utf16LE or TextEncoding.Utf16BE ? $"Encoding {flow.Encoding}"
            : string.IsNullOrEmpty(flow.MultiLine.StartPattern) ? null : "MultiLine:StartPattern";
        if (conflict is not null)
        {
            problems.Add(key, flow.LineEnd.ToString(), $"cannot be used with {conflict}", "Write Newline, or remove the other setting");
        }
    }

    private static void ValidateMultiLine(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        if (string.IsNullOrEmpty(flow.MultiLine.StartPattern))
        {
            return; // compiling an expression, even an empty one, takes a tenth of a start
        }

        try
        {
            StartLine.Parse(flow.MultiLine.StartPattern, flow.Encoding == TextEncoding.Latin1);
        }
        catch (FormatException exception)
        {
            problems.Add(
                $"{key}:StartPattern", flow.MultiLine.StartPattern, exception.Message,
                @"Write a .NET regular expression without lookaround and backreferences, for example ^\d{4}-\d{2}-\d{2}");
        }
    }

    private static void ValidatePath(string key, string path, ConfigurationProblems problems)
    {
        try
        {
            var patterns = PathPattern.Parse(path);
            if (patterns.Any(pattern => ArchiveNames.IsCompressed(pattern.Text)))
            {
                problems.Add(key, path, "names compressed files, which are not tailed", "Name the files as they are written");
            }
        }
        catch (FormatException exception)
        {
            problems.Add(
                key, path, exception.Message,
                (exception as PatternSpellingException)?.Fix ?? "Write an absolute path, for example /var/log/orders/*.log");
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_.-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$")]
    private static partial Regex RoleArn();

    [GeneratedRegex("^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
    private static partial Regex Region();
}
