using System.Globalization;

namespace Shipper.RecordProcessing.Json;

/// <summary>Times as JSON text.</summary>
internal static class TimeText
{
    /// <summary>Adds the time in UTC with milliseconds, in quotes: <c>"2026-03-04T05:06:07.890Z"</c>.</summary>
    public static void WriteUtc(RecordBuffer output, DateTimeOffset time) =>
        Write(output, time.UtcDateTime, "\\\"yyyy-MM-ddTHH:mm:ss.fff\\Z\\\"");

    /// <summary>The time in the machine's zone with seconds: <c>2026-03-04T06:06:07+0100</c>.</summary>
    public static string LocalSeconds(DateTimeOffset time)
    {
        var local = time.ToLocalTime();
        return local.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
            + local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
    }

    private static void Write(RecordBuffer output, DateTime time, string format)
    {
        time.TryFormat(output.Reserve(64), out var written, format, CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
