using System.Globalization;
using Shipper.Foundation.Configuration;

namespace Shipper.LocalFirehose.Faults;

/// <summary>Bounds of <see cref="FaultOptions"/>; keys in the problems are relative to it.</summary>
internal static class FaultValidation
{
    private const int MaxLatencyMs = 600_000;

    /// <summary>Everything that is out of bounds; empty when the options can be used.</summary>
    public static IReadOnlyList<ConfigurationProblem> Problems(FaultOptions options)
    {
        var problems = new ConfigurationProblems();
        Share(nameof(options.FailedRecordShare), options.FailedRecordShare);
        Share(nameof(options.ThrottledCallShare), options.ThrottledCallShare);
        Share(nameof(options.DropBeforeShare), options.DropBeforeShare);
        Share(nameof(options.DropAfterShare), options.DropAfterShare);
        Share(nameof(options.InternalFailureShare), options.InternalFailureShare);
        Bounds(nameof(options.QuotaBytesPerSecond), options.QuotaBytesPerSecond, 0, long.MaxValue);
        Bounds(nameof(options.QuotaRecordsPerSecond), options.QuotaRecordsPerSecond, 0, long.MaxValue);
        Bounds(nameof(options.QuotaCallsPerSecond), options.QuotaCallsPerSecond, 0, long.MaxValue);
        Bounds(nameof(options.LatencyMs), options.LatencyMs, 0, MaxLatencyMs);
        Bounds(nameof(options.LatencyJitterMs), options.LatencyJitterMs, 0, MaxLatencyMs);
        Bounds(nameof(options.ErrorStatus), options.ErrorStatus, 400, 599);
        if (options.Outage.Seconds is not (>= 0 and <= 31_536_000))
        {
            problems.Add("Outage:Seconds", options.Outage.Seconds.ToString(CultureInfo.InvariantCulture), "is out of bounds", "Write 0 to 31536000 seconds");
        }

        return problems.All;

        void Share(string key, double value)
        {
            if (value is not (>= 0 and <= 1))
            {
                problems.Add(key, value.ToString(CultureInfo.InvariantCulture), "is not a share", "Write 0 (never) to 1 (always)");
            }
        }

        void Bounds(string key, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                problems.Add(key, value.ToString(CultureInfo.InvariantCulture), "is out of bounds", most == long.MaxValue ? $"Write {least} or more" : $"Write {least} to {most}");
            }
        }
    }
}
