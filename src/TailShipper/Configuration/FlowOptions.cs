namespace Shipper.TailShipper.Configuration;

/// <summary>One flow: which files go to which delivery stream.</summary>
internal sealed class FlowOptions
{
    /// <summary>Its name in logs, metrics and checkpoints: letters, digits, dot, dash, underscore, at most 64. Keep it: checkpoints go by it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Absolute paths; wildcards *, ?, [a-z], {a,b} in any segment, ** for any depth.</summary>
    public List<string> Paths { get; set; } = [];

    /// <summary>Absolute paths with the same wildcards: files they match are left out, and everything below directories they match.</summary>
    public List<string> Exclude { get; set; } = [];

    /// <summary>Whether symbolic links are followed that lead out of the directory tree above a path's first wildcard. Default false; links within it always are.</summary>
    public bool FollowLinks { get; set; }

    /// <summary>Name of the Firehose delivery stream: 1 to 64 of letters, digits, dot, dash, underscore. Either this or <see cref="KinesisStream"/>.</summary>
    public string DeliveryStream { get; set; } = "";

    /// <summary>Name of the Kinesis data stream: 1 to 128 of letters, digits, dot, dash, underscore. Either this or <see cref="DeliveryStream"/>.</summary>
    public string KinesisStream { get; set; } = "";

    /// <summary>Which shard of the Kinesis stream a record goes to.</summary>
    public PartitionKeyOptions PartitionKey { get; set; } = new();

    /// <summary>Where files begin that are present at the very first start. Default StartOfFile.</summary>
    public InitialPosition InitialPosition { get; set; } = InitialPosition.StartOfFile;

    /// <summary>How long the first line of a call may wait for others. 1 ms to 15 min; default 1 s.</summary>
    public TimeSpan MaxBatchAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Records in a call, 1 to 500; default 500.</summary>
    public int MaxBatchRecords { get; set; } = 500;

    /// <summary>Raw bytes in a call, 1,024,000 to 4,194,304; default 4,194,304.</summary>
    public long MaxBatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The encoding of the files. Default Auto: a byte order mark decides, without one bytes pass as they are.</summary>
    public TextEncoding Encoding { get; set; } = TextEncoding.Auto;

    /// <summary>Lines at the start of each file that are not shipped. 0 to 1,000; default 0.</summary>
    public int SkipHeaderLines { get; set; }

    /// <summary>Records of several lines.</summary>
    public MultiLineOptions MultiLine { get; set; } = new();

    /// <summary>Most bytes that files may take on the disk that were deleted before they were read to their end. When they take more, the oldest is given up and counted as lost. 0, the default: no limit.</summary>
    public long MaxDeletedBytes { get; set; }

    /// <summary>What becomes of a line of more than 1,024,000 bytes, its newline included. Default DeadLetter.</summary>
    public OversizePolicy Oversize { get; set; } = OversizePolicy.DeadLetter;

    /// <summary>Whether several lines share a record.</summary>
    public AggregationOptions Aggregation { get; set; } = new();
}

/// <summary>Where the files begin that are present when a flow starts for the very first time. Files that appear later always begin at their start.</summary>
internal enum InitialPosition
{
    /// <summary>Ship everything that is there.</summary>
    StartOfFile,

    /// <summary>Ship only what is written from now on.</summary>
    EndOfFile,
}

/// <summary>The encoding of a flow's files. Records are UTF-8, but for Latin1, where bytes pass as they are.</summary>
internal enum TextEncoding
{
    /// <summary>A byte order mark at a file's start decides; without one bytes pass as they are and lines end with 0x0A.</summary>
    Auto,

    /// <summary>UTF-8; a byte order mark is left out. Bytes that are no UTF-8 pass as they are.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first, with or without a byte order mark.</summary>
    Utf16LE,

    /// <summary>UTF-16, high byte first, with or without a byte order mark.</summary>
    Utf16BE,

    /// <summary>One byte a character: all bytes pass as they are, also at the start of a file.</summary>
    Latin1,
}

/// <summary>What becomes of a line that is longer than a record may be, its newline included.</summary>
internal enum OversizePolicy
{
    /// <summary>It is set aside on disk whole, byte for byte.</summary>
    DeadLetter,

    /// <summary>It is sent as several records, each with a newline added; no byte is left out.</summary>
    Split,

    /// <summary>What fits into one record is sent, with a newline; the rest is left out and counted.</summary>
    Truncate,
}

/// <summary>Which shard of a Kinesis stream a record goes to.</summary>
internal sealed class PartitionKeyOptions
{
    /// <summary>Random: spread evenly. Path: a file keeps to one shard. JsonField: by a member of the line's JSON object. Default Random.</summary>
    public PartitionKeySource Source { get; set; } = PartitionKeySource.Random;

    /// <summary>Name of the member that JsonField takes, at the top level of the object; case counts.</summary>
    public string? Field { get; set; }
}

/// <summary>Where the partition key of a Kinesis record comes from.</summary>
internal enum PartitionKeySource
{
    /// <summary>A new random key for each record: the load spreads evenly over the shards; no order between records.</summary>
    Random,

    /// <summary>The file's path: a file's records go to one shard, in order.</summary>
    Path,

    /// <summary>A member of the JSON object that the record begins with.</summary>
    JsonField,
}

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

/// <summary>How lines become records.</summary>
internal enum AggregationMode
{
    /// <summary>One line per record: right for every destination.</summary>
    None,

    /// <summary>Whole lines together: for S3 and JSON format conversion. Not for destinations that index each record.</summary>
    Lines,
}
