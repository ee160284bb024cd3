using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Running;

/// <summary>What is printed when all is over: the verdict first, then what it took.</summary>
internal static class Report
{
    /// <summary>The lines for standard output.</summary>
    public static IEnumerable<string> Lines(Outcome outcome)
    {
        var (last, times) = (outcome.Last, outcome.Times);
        yield return outcome.Verdict.Line;
        yield return Text($"written    {times.Written.TotalSeconds:F2} s, {Rates(last.BytesInFiles, outcome.Verdict.Input, times.Written)} ({last.BytesInFiles / 1e6:F2} MB in {Units(last.Files, "file")})");
        yield return Text($"shipped    {times.Shipped.TotalSeconds:F2} s, {Rates(last.Shipper.BytesAcknowledged, last.Shipper.LinesAcknowledged, times.Shipped)}");
        yield return Text($"delivered  {times.Delivered.TotalSeconds:F2} s, {Rates(last.Delivered.Bytes, outcome.Verdict.Landed, times.Delivered)} ({Units(last.Objects, "object")})");
        yield return Text($"verified   {times.Verifying.TotalSeconds:F2} s more");
        yield return Text($"billed/raw {last.BilledPerRaw ?? 0:F2} ({last.Firehose.BilledBytes / 1e6:F2} MB billed for {last.Firehose.BytesAccepted / 1e6:F2} MB)");
        yield return Text($"refused    {Units(last.Shipper.RecordsRefused, "record")}; {Units(last.Shipper.CallsRetried, "call")} made again whole");
        foreach (var child in last.Children)
        {
            yield return Text($"{child.Name,-10} {child.Usage.Cpu.TotalSeconds:F2} s CPU, {child.Usage.PeakBytes / 1e6:F1} MB peak memory");
        }
    }

    /// <summary>What the reader should know besides, for standard error.</summary>
    public static IEnumerable<string> Warnings(Outcome outcome, bool faults)
    {
        var verdict = outcome.Verdict;
        if (!outcome.Drained)
        {
            yield return Text($"the drain was given up: {outcome.Unsettled} bytes were not acknowledged{(outcome.Last.Shipper.Reason is { } reason ? $" ({reason})" : "")}");
        }

        if (outcome.Last.Shipper.RecordsDeadLettered > 0)
        {
            yield return Text($"{Units(outcome.Last.Shipper.RecordsDeadLettered, "dead letter")} (lines or records that can never be accepted) in state/dead-letters");
        }

        if (verdict.Foreign > 0)
        {
            yield return Text($"{Units(verdict.Foreign, "line")} landed that nobody wrote: torn or altered");
        }

        if (verdict.Duplicate > 0)
        {
            yield return Text($"{Units(verdict.Duplicate, "line")} landed more often than written; {Units(outcome.Last.Shipper.CallsAmbiguous, "call")} went without an answer and {(outcome.Last.Shipper.CallsAmbiguous == 1 ? "was" : "were")} made again{(faults ? "" : ", without --faults")}");
        }
    }

    private static string Rates(long bytes, long lines, TimeSpan time)
    {
        var seconds = Math.Max(time.TotalSeconds, 0.001);
        return Text($"{bytes / 1e6 / seconds:F2} MB/s, {lines / seconds:N0} lines/s");
    }

    private static string Units(long number, string unit) => Text($"{number:N0} {unit}{(number == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

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

/// <summary>How long it took, from the generator's start.</summary>
/// <param name="Written">Until the generator had ended.</param>
/// <param name="Shipped">Until every byte was acknowledged.</param>
/// <param name="Delivered">Until every object was there.</param>
/// <param name="Verifying">What the verification took by itself.</param>
internal readonly record struct StageTimes(TimeSpan Written, TimeSpan Shipped, TimeSpan Delivered, TimeSpan Verifying);
