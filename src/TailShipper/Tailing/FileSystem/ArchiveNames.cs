namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>What a name says about how a file is compressed.</summary>
internal static class ArchiveNames
{
    private const string Gzip = ".gz";

    private static readonly string[] Unsupported = [".bz2", ".zip", ".xz", ".zst"];

    /// <summary>All endings, for messages: ".gz .bz2".</summary>
    public static string Endings { get; } = $"{Gzip} {string.Join(' ', Unsupported)}";

    /// <summary>True for names of compressed files, which are never tailed.</summary>
    public static bool IsCompressed(string path) => IsGzip(path) || IsUnsupported(path);

    /// <summary>True for gzip files, the only ones whose content can be read.</summary>
    public static bool IsGzip(string path) => path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for files compressed in a way that cannot be read here.</summary>
    public static bool IsUnsupported(string path) =>
        Array.Exists(Unsupported, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
