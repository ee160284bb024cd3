using Shipper.Foundation.Configuration;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose;

/// <summary>The section <c>LocalFirehose</c> of the configuration.</summary>
internal sealed class LocalFirehoseOptions : IOptionSection
{
    /// <summary>TCP port on 127.0.0.1, 0–65535; 0 takes any free port.</summary>
    public int Port { get; set; } = 4573;

    /// <summary>A file to which the URL is written once the port is open, replaced atomically; null for none.</summary>
    public string? UrlFile { get; set; }

    /// <summary>The only valid access key id.</summary>
    public string AccessKeyId { get; set; } = "local";

    /// <summary>The secret of <see cref="AccessKeyId"/>.</summary>
    public string SecretAccessKey { get; set; } = "local-secret";

    /// <summary>Directory of streams, spools and objects; created if missing.</summary>
    public string DataDirectory { get; set; } = "./local-firehose-data";

    /// <summary>Streams to create at the start if they do not exist; existing streams are not changed.</summary>
    public List<StreamOptions> Streams { get; set; } = [];

    /// <summary>Endpoints that stand for functions.</summary>
    public List<FunctionOptions> Functions { get; set; } = [];

    /// <summary>Where Kinesis data streams are read, for example kinesalite on <c>http://127.0.0.1:4567</c>; null for nowhere.</summary>
    public string? KinesisEndpoint { get; set; }

    /// <summary>Faults injected from the start.</summary>
    public FaultOptions Faults { get; set; } = new();

    /// <summary>Certificate for HTTPS; without a path the port speaks HTTP.</summary>
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<LocalFirehoseOptions> Table = new OptionTable<LocalFirehoseOptions>()
        .Value(nameof(Port), options => options.Port, (options, value) => options.Port = value)
        .Value(nameof(UrlFile), options => options.UrlFile, (options, value) => options.UrlFile = value)
        .Value(nameof(AccessKeyId), options => options.AccessKeyId, (options, value) => options.AccessKeyId = value)
        .Value(nameof(SecretAccessKey), options => options.SecretAccessKey, (options, value) => options.SecretAccessKey = value)
        .Value(nameof(DataDirectory), options => options.DataDirectory, (options, value) => options.DataDirectory = value)
        .Sections(nameof(Streams), options => options.Streams, (options, value) => options.Streams = value)
        .Sections(nameof(Functions), options => options.Functions, (options, value) => options.Functions = value)
        .Value(nameof(KinesisEndpoint), options => options.KinesisEndpoint, (options, value) => options.KinesisEndpoint = value)
        .Section(nameof(Faults), options => options.Faults, (options, value) => options.Faults = value)
        .Section(nameof(Certificate), options => options.Certificate, (options, value) => options.Certificate = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>One entry of <c>LocalFirehose:Streams</c>.</summary>
internal sealed class StreamOptions : IOptionSection
{
    /// <summary>The stream's name; <c>[a-zA-Z0-9_.-]{1,64}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Name of the bucket, not its ARN; objects are written to a directory of this name under <c>s3/</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The object prefix, with or without expressions.</summary>
    public string? Prefix { get; set; }

    /// <summary>The error prefix; required if <see cref="Prefix"/> contains an expression.</summary>
    public string? ErrorOutputPrefix { get; set; }

    /// <summary>Compression of the objects.</summary>
    public Compression Compression { get; set; } = Compression.Uncompressed;

    /// <summary>Size before compression at which an object is complete, in MiB; 1–128.</summary>
    public int BufferSizeMiB { get; set; } = Limits.DefaultBufferSizeMiB;

    /// <summary>Age of its first record at which an object is complete, in seconds; 0–900.</summary>
    public int BufferSeconds { get; set; } = Limits.DefaultBufferSeconds;

    /// <summary>
    /// ARN of the function that transforms records; it must be one of <see cref="LocalFirehoseOptions.Functions"/>. Null for none.
    /// </summary>
    public string? Function { get; set; }

    /// <summary>Size of the records of one invocation, in MiB; 0.2–3.</summary>
    public double FunctionBufferSizeMiB { get; set; } = (double)FunctionSettings.DefaultSizeMiB;

    /// <summary>The longest that a record waits for its invocation, in seconds; 0–900.</summary>
    public int FunctionBufferSeconds { get; set; } = FunctionSettings.DefaultSeconds;

    /// <summary>How often a failed invocation is repeated; 0–300.</summary>
    public int FunctionRetries { get; set; } = FunctionSettings.DefaultRetries;

    /// <summary>Whether <see cref="Prefix"/> has partition keys of the records.</summary>
    public bool DynamicPartitioning { get; set; }

    /// <summary>The query that gives partition keys, for example <c>{country: .Country}</c>; null for none.</summary>
    public string? PartitionQuery { get; set; }

    /// <summary>Whether each record gets a newline at its end.</summary>
    public bool AppendNewline { get; set; }

    /// <summary>Name of a Kinesis data stream that is read in place of calls; null for calls.</summary>
    public string? KinesisStream { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<StreamOptions> Table = new OptionTable<StreamOptions>()
        .Value(nameof(Name), options => options.Name, (options, value) => options.Name = value)
        .Value(nameof(Bucket), options => options.Bucket, (options, value) => options.Bucket = value)
        .Value(nameof(Prefix), options => options.Prefix, (options, value) => options.Prefix = value)
        .Value(nameof(ErrorOutputPrefix), options => options.ErrorOutputPrefix, (options, value) => options.ErrorOutputPrefix = value)
        .Value(nameof(Compression), options => options.Compression, (options, value) => options.Compression = value)
        .Value(nameof(BufferSizeMiB), options => options.BufferSizeMiB, (options, value) => options.BufferSizeMiB = value)
        .Value(nameof(BufferSeconds), options => options.BufferSeconds, (options, value) => options.BufferSeconds = value)
        .Value(nameof(Function), options => options.Function, (options, value) => options.Function = value)
        .Value(
            nameof(FunctionBufferSizeMiB),
            options => options.FunctionBufferSizeMiB,
            (options, value) => options.FunctionBufferSizeMiB = value)
        .Value(
            nameof(FunctionBufferSeconds),
            options => options.FunctionBufferSeconds,
            (options, value) => options.FunctionBufferSeconds = value)
        .Value(nameof(FunctionRetries), options => options.FunctionRetries, (options, value) => options.FunctionRetries = value)
        .Value(
            nameof(DynamicPartitioning), options => options.DynamicPartitioning, (options, value) => options.DynamicPartitioning = value)
        .Value(nameof(PartitionQuery), options => options.PartitionQuery, (options, value) => options.PartitionQuery = value)
        .Value(nameof(AppendNewline), options => options.AppendNewline, (options, value) => options.AppendNewline = value)
        .Value(nameof(KinesisStream), options => options.KinesisStream, (options, value) => options.KinesisStream = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>One entry of <c>LocalFirehose:Functions</c>.</summary>
internal sealed class FunctionOptions : IOptionSection
{
    /// <summary>The function's ARN, without version.</summary>
    public string Arn { get; set; } = "";

    /// <summary>The endpoint that stands for it: events are sent to it by POST.</summary>
    public string Url { get; set; } = "";

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<FunctionOptions> Table = new OptionTable<FunctionOptions>()
        .Value(nameof(Arn), options => options.Arn, (options, value) => options.Arn = value)
        .Value(nameof(Url), options => options.Url, (options, value) => options.Url = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>The supported compression formats; Firehose also has ZIP, Snappy and HADOOP_SNAPPY.</summary>
internal enum Compression
{
    /// <summary><c>UNCOMPRESSED</c>.</summary>
    Uncompressed,

    /// <summary><c>GZIP</c>; object names end in <c>.gz</c>.</summary>
    Gzip,
}

/// <summary>The section <c>LocalFirehose:Certificate</c>.</summary>
internal sealed class CertificateOptions : IOptionSection
{
    /// <summary>A PKCS #12 file (.pfx) with a private key; null or empty for HTTP.</summary>
    public string? Path { get; set; }

    /// <summary>Password of the file; null if it has none.</summary>
    public string? Password { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<CertificateOptions> Table = new OptionTable<CertificateOptions>()
        .Value(nameof(Path), options => options.Path, (options, value) => options.Path = value)
        .Value(nameof(Password), options => options.Password, (options, value) => options.Password = value);

    OptionTable IOptionSection.Settings => Table;
}
