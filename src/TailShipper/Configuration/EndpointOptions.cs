using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>Where the running service answers: status, metrics for Prometheus, health.</summary>
internal sealed class EndpointOptions : IOptionSection
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

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<EndpointOptions> Table = new OptionTable<EndpointOptions>()
        .Value(nameof(Socket), options => options.Socket, (options, value) => options.Socket = value)
        .Value(nameof(Url), options => options.Url, (options, value) => options.Url = value)
        .Value(nameof(AllowRemote), options => options.AllowRemote, (options, value) => options.AllowRemote = value);

    OptionTable IOptionSection.Settings => Table;
}
