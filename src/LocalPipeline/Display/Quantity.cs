using System.Globalization;

namespace Shipper.LocalPipeline.Display;

/// <summary>Numbers as people read them, with thousands separators.</summary>
internal static class Quantity
{
    /// <summary>A number with its unit, for example <c>1 file</c> or <c>2,000 files</c>.</summary>
    public static string Of(long number, string unit) => $"{Count(number)} {unit}{(number == 1 ? "" : "s")}";

    /// <summary>An integer, for example <c>2,000</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with a fixed number of decimals, for example <c>2,000.5</c>.</summary>
    public static string Decimal(double number, int decimals) =>
        number.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Bytes in MB of 1,000,000 bytes, with two decimals.</summary>
    public static string Megabytes(double bytes) => Decimal(bytes / 1e6, 2);
}
