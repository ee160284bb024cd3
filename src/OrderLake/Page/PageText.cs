using System.Globalization;

namespace Shipper.OrderLake.Page;

/// <summary>Numbers and times as people read them.</summary>
internal static class PageText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A whole number with separators.</summary>
    public static string Count(long number) => number.ToString("N0", Culture);

    /// <summary>A rate.</summary>
    public static string Rate(double number) => Math.Round(number).ToString("N0", Culture);

    /// <summary>A number with two places.</summary>
    public static string Two(double number) => number.ToString("N2", Culture);

    /// <summary>An amount with two places.</summary>
    public static string Money(decimal amount) => amount.ToString("N2", Culture);

    /// <summary>An amount without places.</summary>
    public static string Whole(decimal amount) => amount.ToString("N0", Culture);

    /// <summary>A coordinate of a drawing.</summary>
    public static string Coordinate(double number) => number.ToString("0.##", Culture);

    /// <summary>Megabytes of 1,000,000 bytes.</summary>
    public static string Megabytes(long bytes) => (bytes / 1e6).ToString("N2", Culture) + " MB";

    /// <summary>A date.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", Culture);

    /// <summary>A time of day, in UTC.</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", Culture) + " UTC";

    /// <summary>How long ago.</summary>
    public static string Ago(TimeSpan age) => age.TotalSeconds switch
    {
        < 0 => "now",
        < 120 => $"{(long)age.TotalSeconds} s ago",
        < 7200 => $"{(long)age.TotalMinutes} min ago",
        < 172_800 => $"{(long)age.TotalHours} h ago",
        _ => $"{(long)age.TotalDays} days ago",
    };

    /// <summary>The name of a country, which may be missing.</summary>
    public static string Country(string name) => name.Length == 0 ? "(no country)" : name;
}
