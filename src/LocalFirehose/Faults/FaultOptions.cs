using System.Globalization;
using Shipper.Foundation.Configuration;

namespace Shipper.LocalFirehose.Faults;

/// <summary>
/// What goes wrong on purpose: the section <c>LocalFirehose:Faults</c> and the body of <c>/admin/faults</c>. Shares are
/// 0–1 of the calls (or records); 0 switches a fault off.
/// </summary>
internal sealed class FaultOptions
{
    /// <summary>The same seed gives the n-th call the same fate.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Share of records that a 200 reports as ServiceUnavailableException.</summary>
    public double FailedRecordShare { get; set; }

    /// <summary>Share of Put calls answered 503 ServiceUnavailableException "Slow down.".</summary>
    public double ThrottledCallShare { get; set; }

    /// <summary>Each stream's quota in raw bytes a second; 0 is unlimited.</summary>
    public long QuotaBytesPerSecond { get; set; }

    /// <summary>Each stream's quota in records a second; 0 is unlimited.</summary>
    public long QuotaRecordsPerSecond { get; set; }

    /// <summary>Each stream's quota in Put calls a second; 0 is unlimited.</summary>
    public long QuotaCallsPerSecond { get; set; }

    /// <summary>Whether a quota refuses the whole call or only the records in excess.</summary>
    public QuotaExcess QuotaExcess { get; set; } = QuotaExcess.FailCall;

    /// <summary>Added to every API call, in milliseconds; 0–600,000.</summary>
    public int LatencyMs { get; set; }

    /// <summary>Up to this much more, evenly spread, in milliseconds; 0–600,000.</summary>
    public int LatencyJitterMs { get; set; }

    /// <summary>Share of API calls whose connection is aborted with nothing stored and nothing answered.</summary>
    public double DropBeforeShare { get; set; }

    /// <summary>Share of Put calls whose records are stored and whose connection is then aborted.</summary>
    public double DropAfterShare { get; set; }

    /// <summary>Share of API calls answered 500 InternalFailure.</summary>
    public double InternalFailureShare { get; set; }

    /// <summary>A window in which nothing works.</summary>
    public OutageOptions Outage { get; set; } = new();

    /// <summary>Every API call answers this error code, for example AccessDeniedException; null or empty for none.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>The HTTP status that goes with <see cref="ErrorCode"/>; 400–599.</summary>
    public int ErrorStatus { get; set; } = 400;

    /// <summary>The message that goes with <see cref="ErrorCode"/>; null takes a general one.</summary>
    public string? ErrorMessage { get; set; }
}

/// <summary>What happens to a call that exceeds a quota.</summary>
internal enum QuotaExcess
{
    /// <summary>503 ServiceUnavailableException "Slow down.", nothing stored.</summary>
    FailCall,

    /// <summary>200; the records that no longer fit carry ServiceUnavailableException "Slow down.".</summary>
    FailRecords,
}

/// <summary>An outage from the moment these options take effect until the later of both ends.</summary>
internal sealed class OutageOptions
{
    /// <summary>The outage ends at this time; null for none.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The outage ends so many seconds after these options took effect; 0 for none.</summary>
    public double Seconds { get; set; }

    /// <summary>What callers see meanwhile.</summary>
    public OutageAnswer Answer { get; set; } = OutageAnswer.ServiceUnavailable;
}

/// <summary>What an outage looks like from outside.</summary>
internal enum OutageAnswer
{
    /// <summary>503 ServiceUnavailableException.</summary>
    ServiceUnavailable,

    /// <summary>The connection is aborted as soon as the request's head has arrived.</summary>
    Abort,
}

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
