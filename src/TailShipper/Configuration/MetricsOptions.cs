namespace Shipper.TailShipper.Configuration;

/// <summary>One JSON line per flow and interval, to watch with <c>tail -f</c>.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The file. Default: metrics.log in LOGS_DIRECTORY from systemd, else in the state directory. An empty text turns it off.</summary>
    public string? Path { get; set; }

    /// <summary>Time between two lines. 100 ms to 1 h; default 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);
}
