namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// The page: files that are part of the program. It has addresses relative to its own only, so that it works below any path.
/// </summary>
internal static class PageFiles
{
    private static readonly Dictionary<string, Lazy<EndpointAnswer>> Files = new(StringComparer.Ordinal)
    {
        ["/"] = File("index.html", "text/html; charset=utf-8"),
        ["/page.css"] = File("page.css", "text/css; charset=utf-8"),
        ["/page.js"] = File("page.js", "text/javascript; charset=utf-8"),
    };

    /// <summary>The file at a path that begins with a slash; null where there is none.</summary>
    public static EndpointAnswer? Find(string path) => Files.GetValueOrDefault(path)?.Value;

    private static Lazy<EndpointAnswer> File(string name, string type) => new(() =>
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{name}")!;
        using var reader = new StreamReader(stream);
        return new EndpointAnswer(200, reader.ReadToEnd(), type);
    });
}
