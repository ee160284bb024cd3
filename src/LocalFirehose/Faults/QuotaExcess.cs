namespace Shipper.LocalFirehose.Faults;

/// <summary>What happens to a call that exceeds a quota.</summary>
internal enum QuotaExcess
{
    /// <summary>503 ServiceUnavailableException "Slow down.", nothing stored.</summary>
    FailCall,

    /// <summary>200; the records that no longer fit carry ServiceUnavailableException "Slow down.".</summary>
    FailRecords,
}
