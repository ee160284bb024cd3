namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>What the endpoint was asked.</summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Query">The query's values by name.</param>
/// <param name="IsPrivate">True when it came through the Unix socket, whose file's mode says who may.</param>
/// <param name="Host">The host that was asked for, perhaps with a port; null in HTTP/1.0 without one.</param>
internal sealed record EndpointRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, bool IsPrivate, string? Host)
{
    private const int Parts = 3;

    /// <summary>Reads the head of a request, without its empty line; null when it is none.</summary>
    public static EndpointRequest? Parse(string head, bool isPrivate)
    {
        var lines = head.Split("\r\n");
        var parts = lines[0].Split(' ');
        var hosts = lines.Skip(1).Where(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)).ToList();
        if (hosts.Count > 1 || (hosts.Count == 0 && !isPrivate && lines[0].EndsWith("HTTP/1.1", StringComparison.Ordinal)))
        {
            return null; // RFC 9112, section 3.2: one, and one only
        }

        if (parts.Length != Parts || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal) || !parts[1].StartsWith('/'))
        {
            return null;
        }

        var question = parts[1].IndexOf('?', StringComparison.Ordinal);
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in question < 0 ? [] : parts[1][(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            query[Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals])] = equals < 0
                ? ""
                : Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return new EndpointRequest(
            parts[0], question < 0 ? parts[1] : parts[1][..question], query, isPrivate, hosts.FirstOrDefault()?[5..].Trim());
    }
}

/// <summary>
/// The hosts under which the endpoint may be asked over TCP: its own address, and this machine's loopback, with any port, which a tunnel
/// may change. A page of another host, whose name was made to point here (DNS rebinding), is refused: the browser names that host.
/// </summary>
internal sealed class EndpointHosts
{
    private readonly string[] _names;

    /// <summary>Those of an address.</summary>
    /// <param name="url">The configured address.</param>
    public EndpointHosts(Uri url)
        : this([url.IdnHost.Trim('[', ']'), "localhost", "127.0.0.1", "::1"])
    {
    }

    private EndpointHosts(string[] names) => _names = names;

    /// <summary>Every host.</summary>
    public static EndpointHosts Any { get; } = new([]);

    /// <summary>True for a host that is its own; also for none, which a browser never sends.</summary>
    public bool Contain(string? host)
    {
        if (host is null || _names.Length == 0)
        {
            return true;
        }

        var bracket = host.IndexOf(']', StringComparison.Ordinal) + 1;
        var isLiteral = host.StartsWith('[') && bracket > 0 && (bracket == host.Length || host[bracket] == ':');
        var name = isLiteral ? host[1..(bracket - 1)] : host.Split(':')[0];
        return _names.Contains(name.TrimEnd('.'), StringComparer.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_names[0]} or localhost";
}
