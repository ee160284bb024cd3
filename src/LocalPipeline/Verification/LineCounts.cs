namespace Shipper.LocalPipeline.Verification;

/// <summary>How often one line was written and how often it landed.</summary>
internal readonly record struct LineCounts(long Written, long Landed)
{
    /// <summary>Both together.</summary>
    public static LineCounts operator +(LineCounts left, LineCounts right) => new(left.Written + right.Written, left.Landed + right.Landed);
}
