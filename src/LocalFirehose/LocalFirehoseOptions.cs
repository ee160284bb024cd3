using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose;

/// <summary>The section <c>LocalFirehose</c> of the configuration.</summary>
internal sealed class LocalFirehoseOptions
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
}

/// <summary>One entry of <c>LocalFirehose:Streams</c>.</summary>
internal sealed class StreamOptions
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
internal sealed class CertificateOptions
{
    /// <summary>A PKCS #12 file (.pfx) with a private key; null or empty for HTTP.</summary>
    public string? Path { get; set; }

    /// <summary>Password of the file; null if it has none.</summary>
    public string? Password { get; set; }
}
