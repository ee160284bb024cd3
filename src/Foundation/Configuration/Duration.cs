using System.Globalization;

namespace Shipper.Foundation.Configuration;

/// <summary>A length of time as people write it: <c>250ms</c>, <c>1s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c> or <c>00:00:05</c>.</summary>
internal static class Duration
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly (string Suffix, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>True when <paramref name="text"/> is a non-negative duration; a bare number has no unit and is refused.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        var trimmed = text.Trim();
        foreach (var (suffix, seconds) in Units)
        {
            if (trimmed.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(trimmed.AsSpan(0, trimmed.Length - suffix.Length), NumberStyles.Float, Invariant, out var number)
                && number >= 0 && number * seconds < TimeSpan.MaxValue.TotalSeconds)
            {
                value = TimeSpan.FromSeconds(number * seconds);
                return true;
            }
        }

        value = default;
        return trimmed.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(trimmed, Invariant, out value)
            && value >= TimeSpan.Zero;
    }

    /// <summary>
    /// The text that <see cref="TryParse"/> reads as <paramref name="value"/>, in the largest unit that gives a whole number.
    /// </summary>
    public static string Format(TimeSpan value)
    {
        for (var index = Units.Length - 1; index >= 0; index--)
        {
            var (suffix, seconds) = Units[index];
            var unit = (long)(seconds * TimeSpan.TicksPerSecond);
            if (value.Ticks % unit == 0 && (value.Ticks > 0 || suffix == "s"))
            {
                return string.Create(Invariant, $"{value.Ticks / unit}{suffix}");
            }
        }

        return value.ToString("c", Invariant);
    }
}
