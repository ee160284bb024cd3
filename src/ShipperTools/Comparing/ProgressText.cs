using System.Globalization;
using Shipper.DeliveryProof.Comparing;

namespace Shipper.ShipperTools.Comparing;

/// <summary>Shows how far a comparison is: one line of a terminal, or now and then a line in a file.</summary>
internal sealed class ProgressText(TextWriter output, bool isTerminal, TimeProvider time) : IProgress<ComparisonProgress>, IDisposable
{
    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(10);

    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _next = isTerminal ? TimeSpan.FromSeconds(0.5) : FirstLine;
    private int _shown;

    /// <inheritdoc/>
    public void Report(ComparisonProgress value)
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_started);
            if (elapsed < _next)
            {
                return;
            }

            // In a file lines become rarer, so that a long comparison does not fill it.
            _next = isTerminal ? elapsed + TimeSpan.FromSeconds(0.25) : elapsed * 1.5;
            Show(Text(value, elapsed));
        }
    }

    /// <summary>Takes the line of a terminal away.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (isTerminal && _shown > 0)
            {
                output.Write($"\r{new string(' ', _shown)}\r");
                _shown = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>The progress in words.</summary>
    internal static string Text(ComparisonProgress value, TimeSpan elapsed)
    {
        var culture = CultureInfo.InvariantCulture;
        var toGo = value.TimeToGo is { } left ? $", {Duration(left)} to go" : "";
        return value.IsCounting
            ? string.Create(culture, $"{value.Done:P0}: counting the lines that differ{toGo}")
            : string.Create(
                culture,
                $"{value.Done:P0}: {value.BytesRead / 1e6:N0} of {value.BytesToRead / 1e6:N0} MB, {value.Lines:N0} lines, "
                + $"{value.Bytes / 1e6 / Math.Max(elapsed.TotalSeconds, 0.001):N0} MB/s{toGo}");
    }

    private static string Duration(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):N0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):N0} min");

    private void Show(string text)
    {
        if (isTerminal)
        {
            output.Write($"\r{text.PadRight(_shown)}");
            _shown = text.Length;
        }
        else
        {
            output.WriteLine(text);
        }
    }
}
