namespace Shipper.TailShipper.Configuration;

/// <summary>Firehose bills every record rounded up to 5 KB; several lines in a record save most of that.</summary>
internal sealed class AggregationOptions
{
    /// <summary>None: one line per record. Lines: whole lines, each with its newline, fill a record. Default None.</summary>
    public AggregationMode Mode { get; set; } = AggregationMode.None;

    /// <summary>A record takes no further line past this many raw bytes. 1 to 1,024,000; default 1,024,000.</summary>
    public int TargetBytes { get; set; } = 1_024_000;

    /// <summary>Lines in a record at most; 500 where the stream de-aggregates for dynamic partitioning. 0 (default) sets no limit.</summary>
    public int MaxLines { get; set; }
}
