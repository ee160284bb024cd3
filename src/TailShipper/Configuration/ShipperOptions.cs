using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>The <c>Shipper</c> section.</summary>
internal sealed class ShipperOptions
{
    /// <summary>
    /// Directory of checkpoints, dead letters and the lock. Default: STATE_DIRECTORY from systemd, else /var/lib/tailshipper
    /// (ProgramData on Windows).
    /// </summary>
    public string? StateDirectory { get; set; }

    /// <summary>How to reach AWS.</summary>
    public AwsOptions Aws { get; set; } = new();

    /// <summary>What to ship where; at least one.</summary>
    public List<FlowOptions> Flows { get; set; } = [];

    /// <summary>Time between two scans of the patterns, and the longest time between two checks of a file.</summary>
    [Bounds("100ms", "1h")]
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two checks of a file.</summary>
    [Bounds("1ms", nameof(ScanInterval))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a rotated file must be quiet before its last line counts as complete and it is closed.</summary>
    [Bounds("0s", "1h")]
    public TimeSpan RotateWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stop may take to drain what is in flight; the default is below the 30 s and more that systemd usually gives.
    /// </summary>
    [Bounds("1s", "1h")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Longest time for one call, from connecting to the answer's last byte; one second for each 64 KiB of body is added.
    /// </summary>
    [Bounds("1s", "2m")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls in flight at once, for each flow.</summary>
    [Bounds("1", "64")]
    public int MaxCallsInFlight { get; set; } = 4;

    /// <summary>
    /// Memory for the request bodies of all flows together, in bytes, and at least 1.5 MiB a flow. When it is used up, reading waits.
    /// </summary>
    [Bounds("8388608", "1099511627776")]
    public long MaxBufferBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>
    /// Log files held open at once, by all flows together; when there are more, idle ones are closed for a while. 0: as the limit on
    /// file descriptors allows.
    /// </summary>
    [Bounds("8", OrZero = true)]
    public int MaxOpenFiles { get; set; }

    /// <summary>The space for dead letters.</summary>
    public DeadLettersOptions DeadLetters { get; set; } = new();

    /// <summary>The metrics log, and metrics by OTLP.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Where the running service answers status requests.</summary>
    public EndpointOptions Endpoint { get; set; } = new();

    /// <summary>The rolling log file.</summary>
    public LogOptions Log { get; set; } = new();
}
