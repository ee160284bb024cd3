using System.Globalization;

namespace Shipper.LocalPipeline.Verification;

/// <summary>What became of the lines that were written. Lines with the same bytes are counted as often as they were written.</summary>
/// <param name="Input">Lines written.</param>
/// <param name="Landed">All lines in the objects.</param>
/// <param name="Duplicate">Lines that landed more often than they were written: the excess.</param>
/// <param name="Loss">Lines that landed less often than they were written: what is missing.</param>
/// <param name="Foreign">Lines in the objects that nobody wrote: torn or altered ones.</param>
internal readonly record struct VerificationResult(long Input, long Landed, long Duplicate, long Loss, long Foreign)
{
    /// <summary>Lines written that landed, repeats not counted.</summary>
    public long Unique => Input - Loss;

    /// <summary>The one line that says it all.</summary>
    public string Line
    {
        get
        {
            // Rounded up: a loss never reads as 0.00.
            var share = Input == 0 ? 0 : Math.Ceiling(10_000.0 * Loss / Input) / 100;
            return string.Create(CultureInfo.InvariantCulture, $"input {Input}, unique {Unique}, duplicate {Duplicate}, loss {Loss} ({share:F2} %)");
        }
    }

}
