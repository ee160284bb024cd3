namespace Shipper.TailShipper.Framing;

/// <summary>How lines make multi-line records.</summary>
/// <param name="StartPattern">A .NET regular expression, matched at the start of a line.</param>
/// <param name="MaxLines">Lines in a record, at least 1.</param>
/// <param name="MaxBytes">Bytes in a record; a single line may have more.</param>
/// <param name="MaxAge">How long a record may wait for the next start line while its file does not grow.</param>
internal sealed record MultiLineSettings(string StartPattern, int MaxLines, int MaxBytes, TimeSpan MaxAge);
