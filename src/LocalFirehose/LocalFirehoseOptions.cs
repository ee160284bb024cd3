using Shipper.Foundation.Configuration;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;

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

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<StreamOptions> Table = new OptionTable<StreamOptions>()
        .Value(nameof(Name), options => options.Name, (options, value) => options.Name = value)
        .Value(nameof(Bucket), options => options.Bucket, (options, value) => options.Bucket = value)
        .Value(nameof(Prefix), options => options.Prefix, (options, value) => options.Prefix = value)
        .Value(nameof(ErrorOutputPrefix), options => options.ErrorOutputPrefix, (options, value) => options.ErrorOutputPrefix = value)
        .Value(nameof(Compression), options => options.Compression, (options, value) => options.Compression = value)
        .Value(nameof(BufferSizeMiB), options => options.BufferSizeMiB, (options, value) => options.BufferSizeMiB = value)
        .Value(nameof(BufferSeconds), options => options.BufferSeconds, (options, value) => options.BufferSeconds = value);

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
