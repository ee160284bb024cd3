namespace Shipper.OrderLogGenerator.Formats;

/// <summary>Writes dates and times digit by digit, because the framework's custom formats are slow on a hot path.</summary>
internal static class TimestampText
{
    /// <summary>The year in four digits.</summary>
    public static void AppendYear(LineBuffer buffer, DateTime time)
    {
        buffer.AppendTwoDigits(time.Year / 100);
        buffer.AppendTwoDigits(time.Year % 100);
    }

    /// <summary><c>2010-12-01</c>.</summary>
    public static void AppendDate(LineBuffer buffer, DateTime time)
    {
        AppendYear(buffer, time);
        buffer.Append((byte)'-');
        buffer.AppendTwoDigits(time.Month);
        buffer.Append((byte)'-');
        buffer.AppendTwoDigits(time.Day);
    }

    /// <summary><c>08:26</c>.</summary>
    public static void AppendMinutes(LineBuffer buffer, DateTime time)
    {
        buffer.AppendTwoDigits(time.Hour);
        buffer.Append((byte)':');
        buffer.AppendTwoDigits(time.Minute);
    }

    /// <summary><c>08:26:00</c>.</summary>
    public static void AppendTime(LineBuffer buffer, DateTime time)
    {
        AppendMinutes(buffer, time);
        buffer.Append((byte)':');
        buffer.AppendTwoDigits(time.Second);
    }

    /// <summary>ISO 8601 in UTC with milliseconds: <c>2010-12-01T08:26:00.000Z</c>.</summary>
    public static void AppendIso(LineBuffer buffer, DateTime time)
    {
        AppendDate(buffer, time);
        buffer.Append((byte)'T');
        AppendTime(buffer, time);
        buffer.Append((byte)'.');
        buffer.Append((byte)('0' + (time.Millisecond / 100)));
        buffer.AppendTwoDigits(time.Millisecond % 100);
        buffer.Append((byte)'Z');
    }
}
