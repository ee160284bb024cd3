using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Hosting;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose;

/// <summary>The section <c>LocalFirehose</c>.</summary>
internal sealed class LocalFirehoseOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes any free port. 0–65535.</summary>
    public int Port { get; set; } = 4573;

    /// <summary>A file that receives the URL once the port is open, replaced atomically; null writes none.</summary>
    public string? UrlFile { get; set; }

    /// <summary>The only access key id that is known.</summary>
    public string AccessKeyId { get; set; } = "local";

    /// <summary>The secret that goes with <see cref="AccessKeyId"/>.</summary>
    public string SecretAccessKey { get; set; } = "local-secret";

    /// <summary>Where streams, spools and objects live; created when missing.</summary>
    public string DataDirectory { get; set; } = "./local-firehose-data";

    /// <summary>Streams to create at start when they do not exist; a stream that exists keeps what it has.</summary>
    public List<StreamOptions> Streams { get; set; } = [];

    /// <summary>What goes wrong on purpose from the start.</summary>
    public FaultOptions Faults { get; set; } = new();

    /// <summary>With a path set, the port speaks HTTPS.</summary>
    public CertificateOptions Certificate { get; set; } = new();
}

/// <summary>One entry of <c>LocalFirehose:Streams</c>.</summary>
internal sealed class StreamOptions
{
    /// <summary>The stream's name; <c>[a-zA-Z0-9_.-]{1,64}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The bucket's name, not its ARN; a directory of this name appears under <c>s3/</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The object prefix, with or without expressions.</summary>
    public string? Prefix { get; set; }

    /// <summary>The error prefix; required when <see cref="Prefix"/> holds an expression.</summary>
    public string? ErrorOutputPrefix { get; set; }

    /// <summary>How objects are written.</summary>
    public Compression Compression { get; set; } = Compression.Uncompressed;

    /// <summary>Bytes before compression that fill an object, in MiB; 1–128.</summary>
    public int BufferSizeMiB { get; set; } = Limits.DefaultBufferSizeMiB;

    /// <summary>Age of an object's first record that closes the object, in seconds; 0–900.</summary>
    public int BufferSeconds { get; set; } = Limits.DefaultBufferSeconds;
}

/// <summary>The compression formats that are delivered here; Firehose also knows ZIP, Snappy and HADOOP_SNAPPY.</summary>
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
    /// <summary>A PKCS #12 file (.pfx) with its private key; null or empty means plain HTTP.</summary>
    public string? Path { get; set; }

    /// <summary>The file's password; null when it has none.</summary>
    public string? Password { get; set; }
}
