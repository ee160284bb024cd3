using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>Finds files that may hold what is missing, in a form that cannot be read.</summary>
internal static class UnreadableArchives
{
    /// <summary>The latest file beside a stream's that is named like it and compressed otherwise than by gzip; null when there is none.</summary>
    public static string? Beside(IFileSystem files, TailedStream stream)
    {
        var directory = SiblingSearch.DirectoryOf(stream);
        var stem = Path.GetFileName(stream.Path).Split('.', '-')[0];
        var (latest, modified) = ((string?)null, long.MinValue);
        foreach (var entry in files.List(directory).Entries)
        {
            var path = Path.Join(directory, entry.Name);
            if (!entry.IsDirectory && ArchiveNames.IsUnreadable(path) && entry.Name.StartsWith(stem, StringComparison.Ordinal)
                && files.Stat(path) is { Status: PathStatus.File } found && found.Stat.ModifiedTicks > modified)
            {
                (latest, modified) = (path, found.Stat.ModifiedTicks);
            }
        }

        return latest;
    }
}
