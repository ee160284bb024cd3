using Shipper.Foundation.Configuration;
using Shipper.RecordProcessing;

namespace Shipper.TailShipper.Configuration;

/// <summary>One flow: which files go to which delivery stream.</summary>
internal sealed class FlowOptions : IOptionSection
{
    /// <summary>
    /// Its name in logs, metrics and checkpoints: letters, digits, dot, dash, underscore, at most 64. A renamed flow starts from scratch.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>Absolute paths; wildcards *, ?, [a-z], {a,b} in any segment, ** for any depth.</summary>
    public List<string> Paths { get; set; } = [];

    /// <summary>
    /// Absolute paths with the same wildcards: files they match are left out, and everything below directories they match.
    /// </summary>
    public List<string> Exclude { get; set; } = [];

    /// <summary>
    /// Whether symbolic links are followed that lead out of the directory tree above a path's first wildcard; links within it always are.
    /// </summary>
    public bool FollowLinks { get; set; }

    /// <summary>
    /// Name of the Firehose delivery stream: 1 to 64 of letters, digits, dot, dash, underscore. Either this or <see cref="KinesisStream"/>.
    /// </summary>
    public string DeliveryStream { get; set; } = "";

    /// <summary>
    /// Name of the Kinesis data stream: 1 to 128 of letters, digits, dot, dash, underscore; or its ARN, which a stream of another account
    /// needs. Either this or <see cref="DeliveryStream"/>.
    /// </summary>
    public string KinesisStream { get; set; } = "";

    /// <summary>Which shard of the Kinesis stream gets a record.</summary>
    public PartitionKeyOptions PartitionKey { get; set; } = new();

    /// <summary>Where reading begins in files that exist at the very first start.</summary>
    public InitialPosition InitialPosition { get; set; } = InitialPosition.StartOfFile;

    /// <summary>How long a line may wait for others, from when it was written to its file.</summary>
    public TimeSpan MaxBatchAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Records in a call.</summary>
    public int MaxBatchRecords { get; set; } = 500;

    /// <summary>Raw bytes in a call.</summary>
    public long MaxBatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether the lines of each file arrive in order: of its calls one is in flight at a time. Other files go on meanwhile.
    /// </summary>
    public bool KeepOrder { get; set; }

    /// <summary>
    /// The largest record that the Kinesis stream takes, its partition key included, in KiB: the stream's MaxRecordSizeInKiB. 0 to ask the
    /// service (DescribeStreamSummary) when the flow starts; without permission or an answer it is 1,024.
    /// </summary>
    public int MaxRecordKiB { get; set; }

    /// <summary>The encoding of the files.</summary>
    public TextEncoding Encoding { get; set; } = TextEncoding.Auto;

    /// <summary>Lines at the start of each file that are not shipped.</summary>
    public int SkipHeaderLines { get; set; }

    /// <summary>Records of several lines.</summary>
    public MultiLineOptions MultiLine { get; set; } = new();

    /// <summary>
    /// Bytes on disk that deleted files may occupy while they are not read to their end. Above it the file that was deleted first is
    /// closed, and its unread bytes are counted as lost. 0 for no limit.
    /// </summary>
    public long MaxDeletedBytes { get; set; }

    /// <summary>What happens to a line that is larger than a record may be.</summary>
    public OversizePolicy Oversize { get; set; } = OversizePolicy.DeadLetter;

    /// <summary>What a line ends with.</summary>
    public LineEnd LineEnd { get; set; } = LineEnd.Newline;

    /// <summary>
    /// How long a file must not be written to before a last line without its end is shipped, with a newline added; at most 10 s where its
    /// writer was seen to close it. 0: it waits until it is completed or the file is rotated.
    /// </summary>
    public TimeSpan UnfinishedLineWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether files are shipped whose content is not text.</summary>
    public bool IncludeBinary { get; set; }

    /// <summary>Whether the shipper's own files are shipped: its state directory, its log and the metrics log.</summary>
    public bool IncludeOwnFiles { get; set; }

    /// <summary>How long to wait before a call that failed is made again.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Whether several lines share a record.</summary>
    public AggregationOptions Aggregation { get; set; } = new();

    /// <summary>
    /// What is made of each record before it is sent: steps in this order, for example from CSV to JSON. See the page on processing.
    /// </summary>
    public List<ProcessingOptions> Processing { get; set; } = [];

    /// <summary>How the flow frames when it takes the place of a flow of the Amazon Kinesis Agent.</summary>
    public KinesisAgentOptions KinesisAgent { get; set; } = new();

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<FlowOptions> Table = new OptionTable<FlowOptions>()
        .Value(nameof(Name), options => options.Name, (options, value) => options.Name = value)
        .Values(nameof(Paths), options => options.Paths, (options, value) => options.Paths = value)
        .Values(nameof(Exclude), options => options.Exclude, (options, value) => options.Exclude = value)
        .Value(nameof(FollowLinks), options => options.FollowLinks, (options, value) => options.FollowLinks = value)
        .Value(nameof(DeliveryStream), options => options.DeliveryStream, (options, value) => options.DeliveryStream = value)
        .Value(nameof(KinesisStream), options => options.KinesisStream, (options, value) => options.KinesisStream = value)
        .Section(nameof(PartitionKey), options => options.PartitionKey, (options, value) => options.PartitionKey = value)
        .Value(nameof(InitialPosition), options => options.InitialPosition, (options, value) => options.InitialPosition = value)
        .Value(nameof(MaxBatchAge), options => options.MaxBatchAge, (options, value) => options.MaxBatchAge = value, new("1ms", "15m"))
        .Value(nameof(MaxBatchRecords), options => options.MaxBatchRecords, (options, value) => options.MaxBatchRecords = value,
            new("1", "500"))
        .Value(nameof(MaxBatchBytes), options => options.MaxBatchBytes, (options, value) => options.MaxBatchBytes = value,
            new("1024000", "4194304"), new("1048320", "10357760") { When = nameof(KinesisStream) })
        .Value(nameof(KeepOrder), options => options.KeepOrder, (options, value) => options.KeepOrder = value)
        .Value(nameof(MaxRecordKiB), options => options.MaxRecordKiB, (options, value) => options.MaxRecordKiB = value,
            new("1024", "10240") { OrZero = true })
        .Value(nameof(Encoding), options => options.Encoding, (options, value) => options.Encoding = value)
        .Value(nameof(SkipHeaderLines), options => options.SkipHeaderLines, (options, value) => options.SkipHeaderLines = value,
            new("0", "1000"))
        .Section(nameof(MultiLine), options => options.MultiLine, (options, value) => options.MultiLine = value)
        .Value(nameof(MaxDeletedBytes), options => options.MaxDeletedBytes, (options, value) => options.MaxDeletedBytes = value, new("0"))
        .Value(nameof(Oversize), options => options.Oversize, (options, value) => options.Oversize = value)
        .Value(nameof(LineEnd), options => options.LineEnd, (options, value) => options.LineEnd = value)
        .Value(nameof(UnfinishedLineWait), options => options.UnfinishedLineWait, (options, value) => options.UnfinishedLineWait = value,
            new("1s", "24h") { OrZero = true })
        .Value(nameof(IncludeBinary), options => options.IncludeBinary, (options, value) => options.IncludeBinary = value)
        .Value(nameof(IncludeOwnFiles), options => options.IncludeOwnFiles, (options, value) => options.IncludeOwnFiles = value)
        .Section(nameof(Retry), options => options.Retry, (options, value) => options.Retry = value)
        .Section(nameof(Aggregation), options => options.Aggregation, (options, value) => options.Aggregation = value)
        .Sections(nameof(Processing), options => options.Processing, (options, value) => options.Processing = value)
        .Section(nameof(KinesisAgent), options => options.KinesisAgent, (options, value) => options.KinesisAgent = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>
/// Where reading begins in files that exist when a flow starts for the very first time. Files that appear later are read from their
/// start.
/// </summary>
internal enum InitialPosition
{
    /// <summary>Ship everything in them.</summary>
    StartOfFile,

    /// <summary>Ship only what is written from now on.</summary>
    EndOfFile,
}

/// <summary>The encoding of a flow's files. Records are UTF-8, except with Latin1, where the bytes are shipped unchanged.</summary>
internal enum TextEncoding
{
    /// <summary>
    /// A byte order mark at the start of a file decides; without one the bytes are shipped unchanged and lines end with 0x0A.
    /// </summary>
    Auto,

    /// <summary>UTF-8; a byte order mark is not shipped. Invalid UTF-8 is shipped unchanged.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first, with or without a byte order mark.</summary>
    Utf16LE,

    /// <summary>UTF-16, high byte first, with or without a byte order mark.</summary>
    Utf16BE,

    /// <summary>One byte a character: all bytes are shipped unchanged, also at the start of a file.</summary>
    Latin1,
}

/// <summary>What a line ends with. Records always end with a newline (0x0A).</summary>
internal enum LineEnd
{
    /// <summary>The byte 0x0A.</summary>
    Newline,

    /// <summary>The byte 0x0D, 0x0A, or both in this order.</summary>
    CarriageReturn,

    /// <summary>The byte 0x00; newlines are part of the record.</summary>
    Nul,
}

/// <summary>What happens to a line that is longer than a record may be, its newline included.</summary>
internal enum OversizePolicy
{
    /// <summary>It becomes a dead letter, whole, byte for byte.</summary>
    DeadLetter,

    /// <summary>It is sent as several records, each with a newline added.</summary>
    Split,

    /// <summary>What fits into one record is sent, with a newline; the rest is dropped and counted.</summary>
    Truncate,
}

/// <summary>Which shard of a Kinesis stream a record goes to.</summary>
internal sealed class PartitionKeyOptions : IOptionSection
{
    /// <summary>Where the partition key comes from.</summary>
    public PartitionKeySource Source { get; set; } = PartitionKeySource.Random;

    /// <summary>Name of the member for JsonField, at the top level of the object; case matters.</summary>
    public string? Field { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<PartitionKeyOptions> Table = new OptionTable<PartitionKeyOptions>()
        .Value(nameof(Source), options => options.Source, (options, value) => options.Source = value)
        .Value(nameof(Field), options => options.Field, (options, value) => options.Field = value);

    OptionTable IOptionSection.Settings => Table;
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

    /// <summary>The MD5 of the record, so that equal records go to one shard: the DETERMINISTIC of the Amazon Kinesis Agent.</summary>
    Content,
}

/// <summary>Records of several lines: stack traces, statements, pretty-printed documents.</summary>
internal sealed class MultiLineOptions : IOptionSection
{
    /// <summary>
    /// A .NET regular expression that matches at the start of a record's first line. Default: none, a record is one line.
    /// </summary>
    public string? StartPattern { get; set; }

    /// <summary>Most lines in a record; what follows is another record.</summary>
    public int MaxLines { get; set; } = 500;

    /// <summary>Most bytes in a record, as UTF-8; a single line may have more.</summary>
    public int MaxBytes { get; set; } = 1_024_000;

    /// <summary>How long a record may wait for the next start line while its file does not grow.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<MultiLineOptions> Table = new OptionTable<MultiLineOptions>()
        .Value(nameof(StartPattern), options => options.StartPattern, (options, value) => options.StartPattern = value)
        .Value(nameof(MaxLines), options => options.MaxLines, (options, value) => options.MaxLines = value, new("1", "100000"))
        .Value(nameof(MaxBytes), options => options.MaxBytes, (options, value) => options.MaxBytes = value,
            new("1", "1024000"), new("1", "1048320") { When = nameof(FlowOptions.KinesisStream) })
        .Value(nameof(MaxAge), options => options.MaxAge, (options, value) => options.MaxAge = value, new("100ms", "1h"));

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>
/// How long to wait before a call that failed is made again: random, below a bound that doubles with every attempt. Nothing is given up.
/// </summary>
internal sealed class RetryOptions : IOptionSection
{
    /// <summary>The bound of the first wait.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The largest bound. 0: 30 s, and 4.5 s in the first minute and a half of an outage.</summary>
    public TimeSpan MaxWait { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<RetryOptions> Table = new OptionTable<RetryOptions>()
        .Value(nameof(FirstWait), options => options.FirstWait, (options, value) => options.FirstWait = value, new("10ms", "1m"))
        .Value(nameof(MaxWait), options => options.MaxWait, (options, value) => options.MaxWait = value,
            new("10ms", "15m") { OrZero = true });

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>Firehose bills every record rounded up to 5 KB; several lines in a record save most of that.</summary>
internal sealed class AggregationOptions : IOptionSection
{
    /// <summary>How lines become records.</summary>
    public AggregationMode Mode { get; set; } = AggregationMode.None;

    /// <summary>Raw bytes at which a record takes no further line.</summary>
    public int TargetBytes { get; set; } = 1_024_000;

    /// <summary>Most lines in a record; 500 where the stream de-aggregates for dynamic partitioning. 0 for no limit.</summary>
    public int MaxLines { get; set; }

    /// <summary>Whether a record is compressed before it is sent.</summary>
    public RecordFormat Compression { get; set; } = RecordFormat.None;

    /// <summary>How hard it is compressed.</summary>
    public GzipLevel CompressionLevel { get; set; } = GzipLevel.Fastest;

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<AggregationOptions> Table = new OptionTable<AggregationOptions>()
        .Value(nameof(Mode), options => options.Mode, (options, value) => options.Mode = value)
        .Value(nameof(TargetBytes), options => options.TargetBytes, (options, value) => options.TargetBytes = value,
            new("1", "1024000"), new("1", "1048320") { When = nameof(FlowOptions.KinesisStream) })
        .Value(nameof(MaxLines), options => options.MaxLines, (options, value) => options.MaxLines = value, new("0"))
        .Value(nameof(Compression), options => options.Compression, (options, value) => options.Compression = value)
        .Value(nameof(CompressionLevel), options => options.CompressionLevel, (options, value) => options.CompressionLevel = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>What a record is on the wire.</summary>
internal enum RecordFormat
{
    /// <summary>Its lines.</summary>
    None,

    /// <summary>
    /// A gzip member of its lines. Only for destinations that store records as they are: S3 without format conversion, dynamic partitioning
    /// or a function that reads them.
    /// </summary>
    Gzip,
}

/// <summary>How hard records are compressed; each step costs more CPU.</summary>
internal enum GzipLevel
{
    /// <summary>zlib's level 1.</summary>
    Fastest,

    /// <summary>zlib's level 6.</summary>
    Optimal,

    /// <summary>zlib's level 9.</summary>
    Smallest,
}

/// <summary>How lines become records.</summary>
internal enum AggregationMode
{
    /// <summary>One line per record; suits every destination.</summary>
    None,

    /// <summary>
    /// Whole lines, each with its newline, share a record: for S3 and JSON format conversion. Not for destinations that index each
    /// record.
    /// </summary>
    Lines,
}
