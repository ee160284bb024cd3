namespace Shipper.LocalPipeline.Verification;

/// <summary>Counts what a comparison reads, and tells of it once per block.</summary>
internal sealed class VerificationMeter(IProgress<VerificationProgress>? progress)
{
    private int _pass = 1;
    private long _lines;
    private long _bytes;

    /// <summary>Counts a line.</summary>
    public void Line() => _lines++;

    /// <summary>Counts the bytes of a block, and tells.</summary>
    public void Bytes(int count)
    {
        _bytes += count;
        progress?.Report(new VerificationProgress(_pass, _lines, _bytes));
    }

    /// <summary>Another reading begins.</summary>
    public void NextPass() => _pass++;
}
