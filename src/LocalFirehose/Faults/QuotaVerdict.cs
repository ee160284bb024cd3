namespace Shipper.LocalFirehose.Faults;

/// <summary>What the quotas say to one call.</summary>
/// <param name="RefuseCall">True: 503 for the whole call.</param>
/// <param name="AdmittedRecords">Otherwise the number of leading records that pass.</param>
internal readonly record struct QuotaVerdict(bool RefuseCall, int AdmittedRecords);
