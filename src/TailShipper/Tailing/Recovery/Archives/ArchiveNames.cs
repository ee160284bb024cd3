namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>What a name says about how a file is compressed.</summary>
internal static class ArchiveNames
{
    private static readonly string[] Unreadable = [".bz2", ".zip", ".xz", ".zst"];

    /// <summary>True for gzip files, the only ones whose content can be read.</summary>
    public static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for files compressed in a way that cannot be read here.</summary>
    public static bool IsUnreadable(string path) =>
        Array.Exists(Unreadable, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
