namespace Shipper.TailShipper.Configuration;

/// <summary>The <c>Shipper</c> section.</summary>
internal sealed class ShipperOptions
{
    /// <summary>Where checkpoints, dead letters and the lock live. Default: STATE_DIRECTORY from systemd, else /var/lib/tailshipper (ProgramData on Windows).</summary>
    public string? StateDirectory { get; set; }

    /// <summary>How to reach AWS.</summary>
    public AwsOptions Aws { get; set; } = new();

    /// <summary>What to ship where; at least one.</summary>
    public List<FlowOptions> Flows { get; set; } = [];

    /// <summary>Time between two scans of the patterns, and the longest between two looks at a file. 100 ms to 1 h; default 1 s.</summary>
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two looks at a file. 1 ms to ScanInterval; default 100 ms.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a rotated file must be quiet before its last line counts as complete and it is closed. Default 5 s.</summary>
    public TimeSpan RotateWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop may take to drain what is in flight. Default 25 s, below systemd's usual 30 s and more.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Longest time for one call, from connecting to the answer's last byte, besides one second for each 64 KiB of body. 1 s to 2 min; default 30 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bodies on their way at once, for each flow. 1 to 64; default 4.</summary>
    public int MaxCallsInFlight { get; set; } = 4;

    /// <summary>Memory for request bodies of all flows together, in bytes. At least 8 MiB; default 32 MiB. When it is spent, reading waits.</summary>
    public long MaxBufferBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>Log files held open at once, by all flows together; idle ones are closed for a while when there are more. At least 8; 0 (default) goes by the limit on file descriptors.</summary>
    public int MaxOpenFiles { get; set; }

    /// <summary>How much room dead letters take.</summary>
    public DeadLettersOptions DeadLetters { get; set; } = new();

    /// <summary>The metrics log.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>The rolling log file.</summary>
    public LogOptions Log { get; set; } = new();
}
