using System.Globalization;
using System.Net;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// The proxy for calls: the configured one, or that of the environment, with the hosts that NO_PROXY leaves out. Its
/// address is handed out without user and password, because errors quote it.
/// </summary>
internal sealed class EndpointProxy : IWebProxy
{
    private readonly string[] _direct;

    private EndpointProxy(Uri proxy, string setting, string? direct)
    {
        Setting = setting;
        _direct = (direct ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Address = new UriBuilder(proxy) { UserName = "", Password = "", Path = "", Query = "", Fragment = "" }.Uri;
        if (proxy.UserInfo.Length > 0)
        {
            var parts = proxy.UserInfo.Split(':', 2);
            Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
    }

    /// <summary>The key or the variable that names it.</summary>
    public string Setting { get; }

    /// <summary>Where it is, without user and password.</summary>
    public Uri Address { get; }

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy for addresses of <paramref name="scheme"/>; null where none is named, and then the system's settings hold.</summary>
    /// <param name="configured">The key <c>Shipper:Aws:Proxy</c>, which goes before the environment.</param>
    /// <param name="scheme">The scheme of the addresses that are called.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="FormatException">It is not the address of a proxy; the message names the setting, never the value.</exception>
    public static EndpointProxy? For(string? configured, string scheme, Func<string, string?> environment)
    {
        // curl's order; HTTP_PROXY in capitals can be set by a web client where a server runs programs, which this is not.
        string[] variables = scheme == Uri.UriSchemeHttps
            ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
        var (text, setting) = string.IsNullOrWhiteSpace(configured)
            ? variables.Select(name => (Text: environment(name), Name: name)).FirstOrDefault(found => !string.IsNullOrWhiteSpace(found.Text))
            : (configured, "Shipper:Aws:Proxy");
        return text is null ? null : new EndpointProxy(Parse(text.Trim(), setting), setting, environment("no_proxy") ?? environment("NO_PROXY"));
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Address;

    /// <summary>True for this machine, and for what NO_PROXY names: <c>*</c>, a host and what is below it (with or without a leading dot), an address, a network as <c>10.0.0.0/8</c>; each with or without a port.</summary>
    public bool IsBypassed(Uri host)
    {
        if (host.IsLoopback)
        {
            return true; // another machine's proxy would find itself there
        }

        foreach (var entry in _direct)
        {
            if (entry == "*" || Matches(entry, host))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address without user and password.</summary>
    public override string ToString() => Address.GetLeftPart(UriPartial.Authority) + (Credentials is null ? "" : " with a user name");

    private static bool Matches(string entry, Uri destination)
    {
        var host = destination.IdnHost;
        if (IPAddress.TryParse(host, out var address))
        {
            return IPNetwork.TryParse(entry, out var network) ? network.Contains(address) : IPAddress.TryParse(entry.Trim('[', ']'), out var one) && one.Equals(address);
        }

        var colon = entry.LastIndexOf(':');
        if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            if (port != destination.Port)
            {
                return false;
            }

            entry = entry[..colon];
        }

        entry = entry.TrimStart('*').TrimStart('.');
        return entry.Length > 0
            && (host.Equals(entry, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + entry, StringComparison.OrdinalIgnoreCase));
    }

    private static Uri Parse(string text, string setting)
    {
        // Without a scheme it is what curl takes it for.
        text = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5" && uri.Host.Length > 0
            ? uri
            : throw new FormatException($"{setting} is not the address of a proxy");
    }
}
