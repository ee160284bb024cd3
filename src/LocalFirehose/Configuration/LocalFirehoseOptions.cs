using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Configuration;

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
