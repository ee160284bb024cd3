using System.Globalization;
using System.Net;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// The proxy for calls: the configured one, or that of the environment, without the hosts that NO_PROXY excludes. Its
/// address is given without user and password, because errors quote it.
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

    /// <summary>
    /// The proxy for addresses of <paramref name="scheme"/>; null where none is configured; the system's settings apply then.
    /// </summary>
    /// <param name="configured">The key <c>Shipper:Aws:Proxy</c>, which overrides the environment.</param>
    /// <param name="scheme">The scheme of the endpoint.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="FormatException">It is not the address of a proxy; the message names the setting, never the value.</exception>
    public static EndpointProxy? For(string? configured, string scheme, Func<string, string?> environment)
    {
        // curl's order. HTTP_PROXY in capitals is read too: the CGI attack that makes curl ignore it does not apply here.
        string[] variables = scheme == Uri.UriSchemeHttps
            ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
        var (text, setting) = string.IsNullOrWhiteSpace(configured)
            ? variables.Select(name => (Text: environment(name), Name: name))
                .FirstOrDefault(found => !string.IsNullOrWhiteSpace(found.Text))
            : (configured, "Shipper:Aws:Proxy");
        return text is null
            ? null
            : new EndpointProxy(Parse(text.Trim(), setting), setting, environment("no_proxy") ?? environment("NO_PROXY"));
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Address;

    /// <summary>
    /// True for this machine (<see cref="DirectAddresses"/>), and for what NO_PROXY names: <c>*</c>, a host and its subdomains (with or
    /// without a leading dot), an address, a network such as <c>10.0.0.0/8</c>; each with or without a port.
    /// </summary>
    public bool IsBypassed(Uri host)
    {
        if (DirectAddresses.Contain(host))
        {
            return true;
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
            return IPNetwork.TryParse(entry, out var network)
                ? network.Contains(address)
                : IPAddress.TryParse(entry.Trim('[', ']'), out var one) && one.Equals(address);
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
        // Without a scheme it is http, as for curl.
        text = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5"
            && uri.Host.Length > 0
            ? uri
            : throw new FormatException($"{setting} is not the address of a proxy");
    }
}

/// <summary>The proxies of both schemes as the one proxy of a connection pool; the system's where none is configured.</summary>
internal sealed class SchemeProxy(ConnectionSettings settings) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => new ByProxy(settings);
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Of(destination).GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Of(host).IsBypassed(host);

    private IWebProxy Of(Uri destination) =>
        (destination.Scheme == Uri.UriSchemeHttps ? settings.SecureProxy : settings.PlainProxy) ?? HttpClient.DefaultProxy;

    /// <summary>A pool asks for the credentials of a proxy by its address.</summary>
    private sealed class ByProxy(ConnectionSettings settings) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            foreach (var proxy in (ReadOnlySpan<EndpointProxy?>)[settings.SecureProxy, settings.PlainProxy])
            {
                if (proxy?.Address == uri)
                {
                    return proxy.Credentials?.GetCredential(uri, authType);
                }
            }

            return HttpClient.DefaultProxy.Credentials?.GetCredential(uri, authType);
        }
    }
}
