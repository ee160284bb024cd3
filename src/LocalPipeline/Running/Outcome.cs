using Shipper.Foundation.Hosting;
using Shipper.LocalPipeline.Verification;
using Shipper.LocalPipeline.Watching;

namespace Shipper.LocalPipeline.Running;

/// <summary>How a run came out.</summary>
/// <param name="Verdict">What landed of what was written.</param>
/// <param name="Last">The last look.</param>
/// <param name="Times">What it took.</param>
/// <param name="Drained">Whether everything written was acknowledged.</param>
internal sealed record Outcome(VerificationResult Verdict, Snapshot Last, StageTimes Times, bool Drained)
{
    /// <summary>Bytes written and not settled.</summary>
    public long Unsettled => Math.Max(0, Last.BytesInFiles - Last.Shipper.BytesSettled);

    /// <summary>0 only when nothing is lost and nothing altered.</summary>
    public int ExitCode => Verdict.Loss == 0 && Verdict.Foreign == 0 ? ExitCodes.Success : ExitCodes.Fault;
}
