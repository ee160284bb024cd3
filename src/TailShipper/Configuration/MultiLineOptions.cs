namespace Shipper.TailShipper.Configuration;

/// <summary>Records of several lines: stack traces, statements, pretty-printed documents.</summary>
internal sealed class MultiLineOptions
{
    /// <summary>A .NET regular expression that matches at the start of a record's first line. Default: none, a record is a line.</summary>
    public string? StartPattern { get; set; }

    /// <summary>Lines in a record at most; what follows is a record of its own. 1 to 100,000; default 500.</summary>
    public int MaxLines { get; set; } = 500;

    /// <summary>Bytes in a record at most, as UTF-8; a single line may have more. 1 to 1,024,000; default 1,024,000.</summary>
    public int MaxBytes { get; set; } = 1_024_000;

    /// <summary>How long a record may wait for the next start line while its file does not grow. 100 ms to 1 h; default 5 s.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(5);
}
