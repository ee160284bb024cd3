namespace Shipper.TailShipper.Configuration;

/// <summary>Where the shipper keeps its files, from configuration, systemd's variables, or the platform's custom.</summary>
internal static class ShipperDirectories
{
    /// <summary>The state directory as an absolute path.</summary>
    public static string State(ShipperOptions options) => Path.GetFullPath(
        NotEmpty(options.StateDirectory)
        ?? FirstOf("STATE_DIRECTORY")
        ?? (OperatingSystem.IsWindows()
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "tailshipper")
            : "/var/lib/tailshipper"));

    /// <summary>The metrics log; null when turned off.</summary>
    public static string? MetricsLog(ShipperOptions options) => LogFile(options, options.Metrics.Path, "metrics.log");

    /// <summary>The rolling log; null when turned off.</summary>
    public static string? RollingLog(ShipperOptions options) => LogFile(options, options.Log.Path, "tailshipper.log");

    /// <summary>The socket at which the service can be asked; null when turned off.</summary>
    public static string? Socket(ShipperOptions options) => options.Endpoint.Socket switch
    {
        "" => null,
        null => Path.Join(FirstOf("RUNTIME_DIRECTORY") ?? State(options), "tailshipper.sock"),
        var configured => configured,
    };

    /// <summary>The directory of the dead letters.</summary>
    public static string DeadLetters(ShipperOptions options) => Path.Join(State(options), "dead-letters");

    private static string? LogFile(ShipperOptions options, string? configured, string name) => configured switch
    {
        "" => null,
        null => Path.Join(FirstOf("LOGS_DIRECTORY") ?? State(options), name),
        _ => Path.GetFullPath(configured),
    };

    // systemd gives a colon-separated list when a unit names several directories.
    private static string? FirstOf(string variable) => NotEmpty(Environment.GetEnvironmentVariable(variable)?.Split(':')[0]);

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
