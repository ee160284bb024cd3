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
