using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>The <c>Shipper</c> section.</summary>
internal sealed class ShipperOptions : IOptionSection
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
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two checks of a file.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a rotated file must be quiet before its last line counts as complete and it is closed.</summary>
    public TimeSpan RotateWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stop may take to drain what is in flight; the default is below the 30 s and more that systemd usually gives.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Longest time for one call, from connecting to the answer's last byte; one second for each 64 KiB of body is added.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls in flight at once, for each flow.</summary>
    public int MaxCallsInFlight { get; set; } = 4;

    /// <summary>
    /// Memory for the request bodies of all flows together, in bytes, and at least 1.5 MiB a flow. When it is used up, reading waits.
    /// </summary>
    public long MaxBufferBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>
    /// Log files held open at once, by all flows together; when there are more, idle ones are closed for a while. 0: as the limit on
    /// file descriptors allows.
    /// </summary>
    public int MaxOpenFiles { get; set; }

    /// <summary>The space for dead letters.</summary>
    public DeadLettersOptions DeadLetters { get; set; } = new();

    /// <summary>The metrics log, and metrics by OTLP.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Where the running service answers status requests.</summary>
    public EndpointOptions Endpoint { get; set; } = new();

    /// <summary>The rolling log file.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<ShipperOptions> Table = new OptionTable<ShipperOptions>()
        .Value(nameof(StateDirectory), options => options.StateDirectory, (options, value) => options.StateDirectory = value)
        .Section(nameof(Aws), options => options.Aws, (options, value) => options.Aws = value)
        .Sections(nameof(Flows), options => options.Flows, (options, value) => options.Flows = value)
        .Value(nameof(ScanInterval), options => options.ScanInterval, (options, value) => options.ScanInterval = value, new("100ms", "1h"))
        .Value(nameof(PollInterval), options => options.PollInterval, (options, value) => options.PollInterval = value,
            new("1ms", nameof(ScanInterval)))
        .Value(nameof(RotateWait), options => options.RotateWait, (options, value) => options.RotateWait = value, new("0s", "1h"))
        .Value(nameof(ShutdownTimeout), options => options.ShutdownTimeout, (options, value) => options.ShutdownTimeout = value,
            new("1s", "1h"))
        .Value(nameof(CallTimeout), options => options.CallTimeout, (options, value) => options.CallTimeout = value, new("1s", "2m"))
        .Value(nameof(MaxCallsInFlight), options => options.MaxCallsInFlight, (options, value) => options.MaxCallsInFlight = value,
            new("1", "64"))
        .Value(nameof(MaxBufferBytes), options => options.MaxBufferBytes, (options, value) => options.MaxBufferBytes = value,
            new("8388608", "1099511627776"))
        .Value(nameof(MaxOpenFiles), options => options.MaxOpenFiles, (options, value) => options.MaxOpenFiles = value,
            new("8") { OrZero = true })
        .Section(nameof(DeadLetters), options => options.DeadLetters, (options, value) => options.DeadLetters = value)
        .Section(nameof(Metrics), options => options.Metrics, (options, value) => options.Metrics = value)
        .Section(nameof(Endpoint), options => options.Endpoint, (options, value) => options.Endpoint = value)
        .Section(nameof(Log), options => options.Log, (options, value) => options.Log = value);

    OptionTable IOptionSection.Settings => Table;
}
