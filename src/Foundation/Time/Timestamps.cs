namespace Shipper.Foundation.Time;

/// <summary>Spans of time in the unit of <see cref="TimeProvider.GetTimestamp"/>.</summary>
internal static class Timestamps
{
    /// <summary>How far <paramref name="span"/> moves a timestamp of <paramref name="time"/>.</summary>
    public static long TicksOf(this TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
