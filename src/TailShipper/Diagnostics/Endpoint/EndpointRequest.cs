namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>What the endpoint was asked.</summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Query">The query's values by name.</param>
/// <param name="IsPrivate">True when it came through the Unix socket, whose file's mode says who may.</param>
internal sealed record EndpointRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, bool IsPrivate)
{
    private const int Parts = 3;

    /// <summary>Reads the first line of a request; null when it is none.</summary>
    public static EndpointRequest? Parse(string line, bool isPrivate)
    {
        var parts = line.Split(' ');
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

        return new EndpointRequest(parts[0], question < 0 ? parts[1] : parts[1][..question], query, isPrivate);
    }
}
