using System.Globalization;
using System.Text;
using Shipper.LocalPipeline.Monitoring;

namespace Shipper.LocalPipeline.Display;

/// <summary>For pipes and files: a line every two seconds, and one at each change of phase.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private string? _phase;
    private TimeSpan _next;
    private bool _told;

    /// <inheritdoc/>
    public void Show(Snapshot snapshot)
    {
        if (snapshot.Page is { } page && !_told)
        {
            _told = true;
            output.WriteLine($"The page is at {page}");
        }

        if (snapshot.Phase != _phase || snapshot.Elapsed >= _next)
        {
            (_phase, _next) = (snapshot.Phase, snapshot.Elapsed + Interval);
            output.WriteLine(PlainLine.Compose(snapshot));
        }
    }
}

/// <summary>A snapshot as one line: the time, then <c>key=value</c> pairs whose keys end with the unit.</summary>
internal static class PlainLine
{
    /// <summary>Composes the line.</summary>
    public static string Compose(Snapshot snapshot)
    {
        var line = new StringBuilder();
        var shipper = snapshot.Shipper;
        line.Append(snapshot.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Append($" phase={snapshot.Phase} elapsed_s={snapshot.Elapsed.TotalSeconds:F1}");
        AppendStage("written", snapshot.Written);
        AppendStage("shipped", snapshot.Shipped);
        AppendStage("delivered", snapshot.Delivered);
        if (snapshot.Transformed is { } transformed)
        {
            Append($" transformed_lines={transformed.Lines} transformed_lines_per_s={transformed.LinesPerSecond:F0}");
        }

        Append($" lag_s={snapshot.Lag.TotalSeconds:F1} lag_mb={snapshot.LagBytes / 1e6:F2}");
        Append($" in_flight_mb={shipper.BytesInFlight / 1e6:F2} in_flight_calls={shipper.CallsInFlight}");
        Append($" billed_bytes_per_raw_byte={snapshot.BilledPerRaw ?? 0:F2} objects={snapshot.Objects}");
        if (shipper.CallsRetried + shipper.RecordsRefused > 0)
        {
            Append($" retried_calls={shipper.CallsRetried} refused_records={shipper.RecordsRefused}");
        }

        if (shipper.RecordsDeadLettered > 0)
        {
            Append($" dead_letters={shipper.RecordsDeadLettered}");
        }

        if (snapshot.Verified is { } verified)
        {
            Append($" verified_lines={verified.Lines} verified_mb={verified.Bytes / 1e6:F2} pass={(verified.IsCounting ? 2 : 1)}");
        }

        if (shipper.Reason is { } reason)
        {
            Append($" reason=\"{reason.Replace('"', '\'')}\"");
        }

        return line.ToString();

        void Append(FormattableString pairs) => line.Append(FormattableString.Invariant(pairs));

        void AppendStage(string name, StageThroughput stage)
        {
            Append($" {name}_lines={stage.Lines} {name}_lines_per_s={stage.LinesPerSecond:F0}");
            Append($" {name}_mb={stage.Bytes / 1e6:F2} {name}_mb_per_s={stage.BytesPerSecond / 1e6:F2}");
        }
    }
}
