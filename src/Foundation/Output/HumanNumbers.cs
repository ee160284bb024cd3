using System.Globalization;

namespace Shipper.Foundation.Output;

/// <summary>Numbers as people read them.</summary>
internal static class HumanNumbers
{
    private const int BarWidth = 16;
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Bytes with a decimal unit, for example <c>1.5 MB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= 999.5 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return $"{bytes.ToString(unit == 0 ? "F0" : "F1", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A whole number with separators.</summary>
    public static string Count(double number) => Math.Round(number).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things, for example <c>1 file</c> or <c>1,200 files</c>.</summary>
    public static string Of(double number, string thing) => $"{Count(number)} {thing}{(number == 1 ? "" : "s")}";

    /// <summary>A length of time, for example <c>3.2 s</c>, <c>4 min 10 s</c>, <c>2 h 5 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Min(Math.Max(0, seconds), TimeSpan.MaxValue.TotalSeconds / 2));
        return time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s")
            : time.TotalMinutes < 60 ? $"{time.Minutes} min {time.Seconds} s"
            : time.TotalHours < 24 ? $"{time.Hours} h {time.Minutes} min"
            : $"{(int)time.TotalDays} d {time.Hours} h";
    }

    /// <summary>A share of 1 in whole percent, rounded down: 100 % is all of it.</summary>
    public static string Share(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(Math.Clamp(share, 0, 1) * 100):F0} %");

    /// <summary>A bar that is full at 1.</summary>
    public static string Bar(double share)
    {
        var full = (int)Math.Floor(Math.Clamp(share, 0, 1) * BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }
}
