namespace Shipper.TailShipper.Configuration;

/// <summary>Where the running service answers: status, metrics for Prometheus, health.</summary>
internal sealed class EndpointOptions
{
    /// <summary>
    /// A Unix socket, for <c>tailshipper status</c> and the like. Default: tailshipper.sock in RUNTIME_DIRECTORY from systemd, else in
    /// the state directory. An empty text turns it off.
    /// </summary>
    public string? Socket { get; set; }

    /// <summary>
    /// An address for HTTP, for example <c>http://127.0.0.1:9464</c>. Default: none. It must be a loopback address unless
    /// <see cref="AllowRemote"/>.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// Allows any address of this machine as <see cref="Url"/>. There is no encryption and no password: whoever can reach it can read
    /// it.
    /// </summary>
    public bool AllowRemote { get; set; }
}
