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
