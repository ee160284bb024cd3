using System.Text.Json;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>The rules of CloudWatch's Embedded Metric Format, as its specification and schema state them.</summary>
internal static class EmbeddedFormat
{
    private const int MostMetrics = 100;
    private const int MostDimensions = 30;
    private const int LongestDimension = 250;
    private const int LongestName = 1024;

    private static readonly HashSet<string> Units =
    [
        "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits",
        "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second",
        "Gigabytes/Second", "Terabytes/Second",
        "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
    ];

    /// <summary>Everything that is wrong with a line; empty when CloudWatch takes it.</summary>
    public static IReadOnlyList<string> Problems(string line)
    {
        var problems = new List<string>();
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("_aws", out var aws) || aws.ValueKind != JsonValueKind.Object)
        {
            return ["_aws is not an object of the root"];
        }

        if (!aws.TryGetProperty("Timestamp", out var timestamp) || timestamp.ValueKind != JsonValueKind.Number
            || !timestamp.TryGetInt64(out var milliseconds) || milliseconds < 0)
        {
            problems.Add("Timestamp is not a whole number of milliseconds");
        }

        if (!aws.TryGetProperty("CloudWatchMetrics", out var directives) || directives.ValueKind != JsonValueKind.Array)
        {
            return [.. problems, "CloudWatchMetrics is not an array"];
        }

        foreach (var directive in directives.EnumerateArray())
        {
            CheckDirective(root, directive, problems);
        }

        return problems;
    }

    private static void CheckDirective(JsonElement root, JsonElement directive, List<string> problems)
    {
        Check(IsText(directive, "Namespace", LongestName), "Namespace is not a text of 1 to 1024");
        if (!directive.TryGetProperty("Dimensions", out var sets) || sets.ValueKind != JsonValueKind.Array || sets.GetArrayLength() == 0)
        {
            problems.Add("Dimensions is not an array with at least one set");
            return;
        }

        foreach (var set in sets.EnumerateArray())
        {
            Check(
                set.ValueKind == JsonValueKind.Array && set.GetArrayLength() is > 0 and <= MostDimensions,
                "a dimension set has no or too many keys");
            foreach (var key in set.ValueKind == JsonValueKind.Array ? set.EnumerateArray().ToList() : [])
            {
                var name = key.ValueKind == JsonValueKind.String ? key.GetString()! : "";
                Check(name.Length is > 0 and <= LongestDimension, "a dimension is not a text of 1 to 250");
                Check(
                    root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                        && value.GetString()!.Length is > 0 and <= LongestName,
                    $"the dimension {name} is not a text of the root");
            }
        }

        if (!directive.TryGetProperty("Metrics", out var metrics) || metrics.ValueKind != JsonValueKind.Array
            || metrics.GetArrayLength() > MostMetrics)
        {
            problems.Add("Metrics is not an array of at most 100");
            return;
        }

        foreach (var metric in metrics.EnumerateArray())
        {
            Check(IsText(metric, "Name", LongestName), "a metric's Name is not a text of 1 to 1024");
            var name = metric.GetProperty("Name").GetString()!;
            Check(!metric.TryGetProperty("Unit", out var unit) || Units.Contains(unit.GetString()!), $"the unit of {name} is not known");
            Check(
                root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number, $"{name} is not a number of the root");
        }

        void Check(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static bool IsText(JsonElement element, string name, int longest) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString()!.Length > 0 && value.GetString()!.Length <= longest;
}
