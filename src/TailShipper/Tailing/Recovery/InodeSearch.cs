using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Finds files by device and inode where a rotation may have moved them: in a directory, in the directories directly below it, and in
/// those beside it. Bounded, for there may be thousands of directories.
/// </summary>
internal sealed class InodeSearch(TailingSettings settings, IFileSystem files, ILogger logger)
{
    /// <summary>Names that one search looks at.</summary>
    public const int MostNames = 20_000;

    private int _left;
    private bool _isComplete;

    /// <summary>Searches.</summary>
    /// <param name="wanted">The files.</param>
    /// <param name="directories">Where they were, links resolved.</param>
    /// <param name="found">Takes each file found, with its path.</param>
    /// <returns>False when something could not be accessed, so that it may be there.</returns>
    public bool Find(IReadOnlySet<FileId> wanted, IEnumerable<string> directories, Action<string, FileStat> found)
    {
        _left = MostNames;
        _isComplete = true;
        var searched = new HashSet<string>(StringComparer.Ordinal);
        var missing = new HashSet<FileId>(wanted);
        var near = directories.Distinct(StringComparer.Ordinal).ToList();

        // The nearest first, for each of them: the search may be cut short.
        var rounds = new List<string>[] { near, [.. near.SelectMany(Below)], [.. near.SelectMany(Beside)] };
        foreach (var directory in rounds.SelectMany(round => round))
        {
            if (missing.Count == 0 || _left < 0)
            {
                break;
            }

            if (searched.Add(directory))
            {
                SearchIn(directory, missing, found);
            }
        }

        return missing.Count == 0 || _isComplete;
    }

    private void SearchIn(string directory, HashSet<FileId> missing, Action<string, FileStat> found)
    {
        foreach (var entry in List(directory))
        {
            if (entry.IsDirectory || entry.IsLink)
            {
                continue;
            }

            if (_left-- <= 0)
            {
                _left = -1;
                TailingLog.SearchCutShort(logger, settings.Flow, missing.Count, MostNames, directory);
                return;
            }

            var path = Path.Join(directory, entry.Name);
            var seen = files.Stat(path);
            _isComplete &= seen.Status != PathStatus.Unavailable;
            if (seen.Status == PathStatus.File && missing.Remove(seen.Stat.Id))
            {
                found(path, seen.Stat);
            }
        }
    }

    private IEnumerable<DirectoryEntry> List(string directory)
    {
        var listing = files.List(directory);
        _isComplete &= listing.Status != PathStatus.Unavailable;
        return listing.Entries;
    }

    private IEnumerable<string> Below(string directory)
    {
        foreach (var entry in List(directory))
        {
            if (entry is { IsDirectory: true, IsLink: false })
            {
                yield return Path.Join(directory, entry.Name);
            }
        }
    }

    private IEnumerable<string> Beside(string directory) => Path.GetDirectoryName(directory) is { Length: > 0 } above ? Below(above) : [];
}
