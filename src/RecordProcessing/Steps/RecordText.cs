namespace Shipper.RecordProcessing.Steps;

/// <summary>A record without its end.</summary>
internal static class RecordText
{
    /// <summary>The record without its last newline, and without the carriage return before it.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record) =>
        record.EndsWith("\r\n"u8) ? record[..^2] : record.EndsWith("\n"u8) ? record[..^1] : record;
}
