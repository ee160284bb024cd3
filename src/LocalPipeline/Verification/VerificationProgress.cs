namespace Shipper.LocalPipeline.Verification;

/// <summary>How far a comparison is.</summary>
/// <param name="Pass">1 for the reading that compares tallies, more for those that look closely.</param>
/// <param name="Lines">Lines read, in all passes.</param>
/// <param name="Bytes">Unpacked bytes read, in all passes.</param>
internal readonly record struct VerificationProgress(int Pass, long Lines, long Bytes);
