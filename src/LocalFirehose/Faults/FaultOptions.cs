using System.Globalization;
using Shipper.Foundation.Configuration;

namespace Shipper.LocalFirehose.Faults;

/// <summary>
/// The faults to inject: the section <c>LocalFirehose:Faults</c>, and the body of <c>/admin/faults</c>. Shares are fractions
/// of the calls or records, 0–1; 0 switches a fault off.
/// </summary>
internal sealed class FaultOptions : IOptionSection
{
    /// <summary>Seed of all shares and of the jitter: with the same seed, the n-th call has the same outcome.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Share of records that a 200 response reports as ServiceUnavailableException.</summary>
    public double FailedRecordShare { get; set; }

    /// <summary>Share of Put calls answered 503 ServiceUnavailableException "Slow down.".</summary>
    public double ThrottledCallShare { get; set; }

    /// <summary>Quota of each stream in raw bytes a second; 0 for unlimited.</summary>
    public long QuotaBytesPerSecond { get; set; }

    /// <summary>Quota of each stream in records a second; 0 for unlimited.</summary>
    public long QuotaRecordsPerSecond { get; set; }

    /// <summary>Quota of each stream in Put calls a second; 0 for unlimited.</summary>
    public long QuotaCallsPerSecond { get; set; }

    /// <summary>Whether a quota refuses the whole call or only the records in excess.</summary>
    public QuotaExcess QuotaExcess { get; set; } = QuotaExcess.FailCall;

    /// <summary>Delay of every API call in milliseconds; 0–600,000.</summary>
    public int LatencyMs { get; set; }

    /// <summary>Maximum additional delay in milliseconds, uniformly distributed; 0–600,000.</summary>
    public int LatencyJitterMs { get; set; }

    /// <summary>Share of API calls whose connection is aborted before anything is stored.</summary>
    public double DropBeforeShare { get; set; }

    /// <summary>Share of Put calls whose connection is aborted after the records are stored.</summary>
    public double DropAfterShare { get; set; }

    /// <summary>Share of API calls answered 500 InternalFailure.</summary>
    public double InternalFailureShare { get; set; }

    /// <summary>A period in which every call fails.</summary>
    public OutageOptions Outage { get; set; } = new();

    /// <summary>Error code with which every API call is answered, for example AccessDeniedException; null or empty for none.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>HTTP status for <see cref="ErrorCode"/>; 400–599.</summary>
    public int ErrorStatus { get; set; } = 400;

    /// <summary>Message for <see cref="ErrorCode"/>; null for a general one.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>Every Put call is refused as by a stream whose customer-managed key cannot be used.</summary>
    public KmsFault Kms { get; set; } = KmsFault.None;

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<FaultOptions> Table = new OptionTable<FaultOptions>()
        .Value(nameof(Seed), options => options.Seed, (options, value) => options.Seed = value)
        .Value(nameof(FailedRecordShare), options => options.FailedRecordShare, (options, value) => options.FailedRecordShare = value)
        .Value(nameof(ThrottledCallShare), options => options.ThrottledCallShare, (options, value) => options.ThrottledCallShare = value)
        .Value(
            nameof(QuotaBytesPerSecond), options => options.QuotaBytesPerSecond, (options, value) => options.QuotaBytesPerSecond = value)
        .Value(
            nameof(QuotaRecordsPerSecond), options => options.QuotaRecordsPerSecond,
            (options, value) => options.QuotaRecordsPerSecond = value)
        .Value(nameof(QuotaCallsPerSecond), options => options.QuotaCallsPerSecond, (options, value) => options.QuotaCallsPerSecond = value)
        .Value(nameof(QuotaExcess), options => options.QuotaExcess, (options, value) => options.QuotaExcess = value)
        .Value(nameof(LatencyMs), options => options.LatencyMs, (options, value) => options.LatencyMs = value)
        .Value(nameof(LatencyJitterMs), options => options.LatencyJitterMs, (options, value) => options.LatencyJitterMs = value)
        .Value(nameof(DropBeforeShare), options => options.DropBeforeShare, (options, value) => options.DropBeforeShare = value)
        .Value(nameof(DropAfterShare), options => options.DropAfterShare, (options, value) => options.DropAfterShare = value)
        .Value(
            nameof(InternalFailureShare), options => options.InternalFailureShare, (options, value) => options.InternalFailureShare = value)
        .Section(nameof(Outage), options => options.Outage, (options, value) => options.Outage = value)
        .Value(nameof(ErrorCode), options => options.ErrorCode, (options, value) => options.ErrorCode = value)
        .Value(nameof(ErrorStatus), options => options.ErrorStatus, (options, value) => options.ErrorStatus = value)
        .Value(nameof(ErrorMessage), options => options.ErrorMessage, (options, value) => options.ErrorMessage = value)
        .Value(nameof(Kms), options => options.Kms, (options, value) => options.Kms = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>Why a stream's key cannot be used.</summary>
internal enum KmsFault
{
    /// <summary>There is no such fault.</summary>
    None,

    /// <summary>400 AccessDeniedException: the caller lacks kms:GenerateDataKey.</summary>
    CallerDenied,

    /// <summary>400 InvalidKMSResourceException: the grant might have been revoked, or the caller lacks permissions.</summary>
    GrantRevoked,
}

/// <summary>What happens to a call that exceeds a quota.</summary>
internal enum QuotaExcess
{
    /// <summary>503 ServiceUnavailableException "Slow down.", nothing stored.</summary>
    FailCall,

    /// <summary>200; the records beyond the quota fail with ServiceUnavailableException "Slow down.".</summary>
    FailRecords,
}

/// <summary>An outage. It starts when the options take effect, and ends at the later of the two ends.</summary>
internal sealed class OutageOptions : IOptionSection
{
    /// <summary>The outage ends at this time; null for none.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The outage ends this many seconds after the options took effect; 0 for none.</summary>
    public double Seconds { get; set; }

    /// <summary>How calls fail during the outage.</summary>
    public OutageAnswer Answer { get; set; } = OutageAnswer.ServiceUnavailable;

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<OutageOptions> Table = new OptionTable<OutageOptions>()
        .Value(nameof(Until), options => options.Until, (options, value) => options.Until = value)
        .Value(nameof(Seconds), options => options.Seconds, (options, value) => options.Seconds = value)
        .Value(nameof(Answer), options => options.Answer, (options, value) => options.Answer = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>How calls fail during an outage.</summary>
internal enum OutageAnswer
{
    /// <summary>503 ServiceUnavailableException.</summary>
    ServiceUnavailable,

    /// <summary>The connection is aborted as soon as the headers of the request have arrived.</summary>
    Abort,
}

/// <summary>Validates <see cref="FaultOptions"/>; the keys of the problems are relative to it.</summary>
internal static class FaultValidation
{
    private const int MaxLatencyMs = 600_000;

    /// <summary>All values that are out of bounds; empty if the options are valid.</summary>
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
            problems.Add("Outage:Seconds", Text(options.Outage.Seconds), "is out of bounds", "Write 0 to 31536000 seconds");
        }

        return problems.All;

        void Share(string key, double value)
        {
            if (value is not (>= 0 and <= 1))
            {
                problems.Add(key, Text(value), "is not a share", "Write 0 (never) to 1 (always)");
            }
        }

        void Bounds(string key, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                problems.Add(key, Text(value), "is out of bounds", max == long.MaxValue ? $"Write {min} or more" : $"Write {min} to {max}");
            }
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
