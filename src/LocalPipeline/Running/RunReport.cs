using Shipper.DeliveryProof.Comparing;
using Shipper.Foundation.Hosting;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Verification;
using static System.FormattableString;

namespace Shipper.LocalPipeline.Running;

/// <summary>The result of a run.</summary>
/// <param name="Verdict">Comparison of the lines written and delivered.</param>
/// <param name="Last">The last snapshot.</param>
/// <param name="Times">Duration of the stages.</param>
/// <param name="Drained">Whether the shipper settled everything that was written.</param>
/// <param name="Lake">The lake compared with the lines; null without a lake.</param>
/// <param name="LakeEndedWith">The exit code of the lake's process if it ended by itself.</param>
internal sealed record RunOutcome(
    ComparisonResult Verdict, Snapshot Last, StageTimes Times, bool Drained, LakeVerdict? Lake = null, int? LakeEndedWith = null)
{
    /// <summary>Bytes written and not settled.</summary>
    public long Unsettled => Math.Max(0, Last.BytesInFiles - Last.Shipper.BytesSettled);

    /// <summary>0 only if no line is lost or altered, and the lake has all of them.</summary>
    public int ExitCode =>
        Verdict.Loss == 0 && Verdict.Unexpected == 0 && Lake is null or { Passed: true } ? ExitCodes.Success : ExitCodes.Fault;
}

/// <summary>Durations since the start of the generator.</summary>
/// <param name="Written">Until the generator had ended.</param>
/// <param name="Shipped">Until every byte was settled.</param>
/// <param name="Delivered">Until all objects were delivered.</param>
/// <param name="Verifying">Duration of the verification alone.</param>
/// <param name="Transforming">Duration of what was left for the lake after that.</param>
internal readonly record struct StageTimes(
    TimeSpan Written, TimeSpan Shipped, TimeSpan Delivered, TimeSpan Verifying, TimeSpan Transforming = default);

/// <summary>The report at the end of a run: first the verdict, then what it took.</summary>
internal static class RunReport
{
    /// <summary>The lines for standard output.</summary>
    public static IEnumerable<string> Lines(RunOutcome outcome)
    {
        var (verdict, last, times) = (outcome.Verdict, outcome.Last, outcome.Times);
        var (shipper, firehose) = (last.Shipper, last.Firehose);
        var (files, objects) = (Quantity.Of(last.Files, "file"), Quantity.Of(last.Objects, "object"));
        yield return verdict.Line;
        if (outcome.Lake is { } lake)
        {
            yield return lake.Line;
        }

        yield return Stage(
            "written", times.Written, last.BytesInFiles, verdict.Input, Invariant($" ({last.BytesInFiles / 1e6:F2} MB in {files})"));
        yield return Stage("shipped", times.Shipped, shipper.BytesAcknowledged, shipper.LinesAcknowledged);
        yield return Stage("delivered", times.Delivered, last.Delivered.Bytes, verdict.Delivered, $" ({objects})");
        yield return Invariant($"verified   {times.Verifying.TotalSeconds:F2} s more");
        if (outcome.Lake is not null)
        {
            yield return Invariant($"transformed {times.Transforming.TotalSeconds:F2} s more");
        }

        yield return Invariant($"billed/raw {last.BilledPerRaw ?? 0:F2} ({firehose.BilledBytes / 1e6:F2} MB billed for ")
            + Invariant($"{firehose.BytesAccepted / 1e6:F2} MB)");
        var (records, calls) = (Quantity.Of(shipper.RecordsRefused, "record"), Quantity.Of(shipper.CallsRetried, "call"));
        yield return $"refused    {records}; {calls} retried as a whole";
        foreach (var child in last.Children)
        {
            var usage = child.Usage;
            yield return Invariant($"{child.Name,-10} {usage.Cpu.TotalSeconds:F2} s CPU, {usage.PeakBytes / 1e6:F1} MB peak memory");
        }
    }

    /// <summary>Warnings for standard error.</summary>
    public static IEnumerable<string> Warnings(RunOutcome outcome, bool faults)
    {
        var (verdict, shipper) = (outcome.Verdict, outcome.Last.Shipper);
        if (!outcome.Drained)
        {
            var reason = shipper.Reason is { } text ? $" ({text})" : "";
            yield return Invariant($"the drain timed out: {outcome.Unsettled:N0} bytes were not acknowledged{reason}");
        }

        if (shipper.RecordsDeadLettered > 0)
        {
            var letters = Quantity.Of(shipper.RecordsDeadLettered, "dead letter");
            yield return $"{letters} (lines or records that can never be delivered) in state/dead-letters";
        }

        foreach (var problem in outcome.Lake?.Problems ?? [])
        {
            yield return $"the lake: {problem}";
        }

        if (outcome.Lake is { Problems: [], Difference: { } difference })
        {
            yield return difference;
        }

        if (outcome.LakeEndedWith is { } code)
        {
            yield return Invariant(
                $"the lake's process ended early with exit code {code}, see log/lake.log; the rest was taken at the end");
        }

        if (verdict.Unexpected > 0)
        {
            yield return $"{Quantity.Of(verdict.Unexpected, "line")} delivered that were never written: torn or altered";
        }

        if (verdict.Duplicate > 0)
        {
            var (ambiguous, were) = (Quantity.Of(shipper.CallsAmbiguous, "call"), shipper.CallsAmbiguous == 1 ? "was" : "were");
            yield return $"{Quantity.Of(verdict.Duplicate, "line")} delivered more often than written; "
                + $"{ambiguous} got no answer and {were} retried{(faults ? "" : ", without --faults")}";
        }
    }

    private static string Stage(string name, TimeSpan time, long bytes, long lines, string more = "")
    {
        var seconds = Math.Max(time.TotalSeconds, 0.001);
        return Invariant($"{name,-10} {time.TotalSeconds:F2} s, {bytes / 1e6 / seconds:F2} MB/s, {lines / seconds:N0} lines/s{more}");
    }
}
