using System.Globalization;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>What a run has done so far.</summary>
/// <param name="Lines">Whole lines in files.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Files">Files begun.</param>
/// <param name="Malformed">Replayed rows left out.</param>
/// <param name="Elapsed">Time since the start.</param>
internal readonly record struct GenerationCounts(long Lines, long Bytes, long Files, long Malformed, TimeSpan Elapsed)
{
    /// <summary>One line for people, in decimal megabytes.</summary>
    public string Summary
    {
        get
        {
            var seconds = Elapsed.TotalSeconds;
            var rate = seconds > 0 ? Bytes / 1e6 / seconds : 0;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Lines} lines, {Bytes} bytes, {Files} files, {Malformed} malformed rows, {seconds:F3} s, {rate:F1} MB/s");
        }
    }
}
