using System.Globalization;
using Shipper.Foundation.Output;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Hosting;

/// <summary>The one line that <c>systemctl status</c> shows: files, rate, lag, and what is wrong.</summary>
internal sealed class StatusLine(TimeProvider time)
{
    private const int LongestReason = 200;

    private readonly RateMeter _settled = new();

    /// <summary>Composes it; the rate is that since the last time.</summary>
    /// <param name="flows">The flows that run.</param>
    /// <param name="troubles">What is wrong with the service as a whole; null for each that is not.</param>
    public string Compose(IEnumerable<Flow> flows, params ReadOnlySpan<string?> troubles)
    {
        var (count, files, lag, lagMilliseconds, settled, unidentified) = (0, 0L, 0L, 0L, 0L, 0L);
        var (degraded, reason) = (0, default(string));
        foreach (var flow in flows)
        {
            var counters = flow.Counters;
            count++;
            files += counters.Files;
            unidentified += counters.FilesUnidentified;
            lag += counters.LagBytes;
            lagMilliseconds = Math.Max(lagMilliseconds, counters.LagMilliseconds);
            settled += counters.BytesAcknowledged + counters.BytesDeadLettered;
            if (flow.Health.Reason is { } why)
            {
                degraded++;
                reason ??= $"{flow.Loop.Name}: {why}";
            }
        }

        _settled.Sample(time.GetElapsedTime(0), settled);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{HumanNumbers.Of(files, "file")} in {HumanNumbers.Of(count, "flow")}, {HumanNumbers.Bytes(_settled.PerSecond)}/s, "
            + $"{HumanNumbers.Bytes(lag)} behind")
            + (lag > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({lagMilliseconds / 1000.0:F0} s)") : "");
        line += unidentified > 0 ? $", {HumanNumbers.Of(unidentified, "file")} not identified yet" : "";
        if (degraded > 0)
        {
            line += string.Create(CultureInfo.InvariantCulture, $"; {degraded} degraded, {Short(reason!)}");
        }

        foreach (var trouble in troubles)
        {
            line += trouble is null ? "" : "; " + Short(trouble);
        }

        return line;
    }

    private static string Short(string text) => text.Length <= LongestReason ? text : text[..LongestReason] + "…";
}
