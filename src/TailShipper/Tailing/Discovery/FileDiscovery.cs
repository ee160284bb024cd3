using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// Repeats the scan of the patterns cheaply. As long as no directory changed its names lead to the same files, so that only
/// files that are neither open nor watched need a stat; now and then everything is read anyway.
/// </summary>
internal sealed class FileDiscovery(
    PatternScan scan, IFileSystem files, IOpenFiles streams, IDirectoryWatch watch, LeftOutPaths leftOut, TimeProvider time)
{
    /// <summary>The longest time between two scans that take nothing for granted.</summary>
    public static readonly TimeSpan FullScanInterval = TimeSpan.FromSeconds(30);

    // Null as long as there are none, as in most flows.
    private List<string>? _unverified;
    private HashSet<string>? _written;
    private (int Streams, int Watch) _unverifiedOf = (-1, -1);
    private IEnumerable<string> _expected = [];
    private long _wholeAt;
    private bool _settled;
    private int _reportedOf = -1;

    /// <summary>What the last scan saw; null before the first.</summary>
    public ScanSnapshot? Last { get; private set; }

    /// <summary>True when the watch reports whatever a scan would find, except that a path leads elsewhere by a mount.</summary>
    public bool IsReported => _settled && _reportedOf == watch.Version;

    /// <summary>Notes paths that the next scan will probably see: their strings serve for it, too. Call before the first.</summary>
    public void Expect(IEnumerable<string> paths) => _expected = paths;

    /// <summary>Scans; true when anything may be other than it was.</summary>
    public bool Scan()
    {
        if (Last is not { } last || !_settled || last.Unavailable.Count > 0 || time.GetElapsedTime(_wholeAt) >= FullScanInterval
            || !IsAsBefore(last))
        {
            return FullScan();
        }

        if (_unverifiedOf != (streams.Version, watch.Version))
        {
            FindUnverified(last);
        }

        var news = false;
        var written = (IEnumerable<string>?)_written ?? [];
        foreach (var path in _unverified is null ? written : _unverified.Concat(written))
        {
            var found = files.Stat(path);
            if (found.Status != PathStatus.File || !last.Leads(path, found.Stat.Id))
            {
                return FullScan();
            }

            news |= last.Files[path] != found.Stat;
            last.Refresh(path, found.Stat);
        }

        _written = null;
        return news;
    }

    /// <summary>Makes the next scan stat a file that is not open, although its directory is watched.</summary>
    /// <returns>False when that was known.</returns>
    public bool CheckOnNextScan(ReadOnlySpan<char> path) =>
        (_written ??= new(StringComparer.Ordinal)).GetAlternateLookup<ReadOnlySpan<char>>().Add(path);

    private bool FullScan()
    {
        var now = time.GetUtcNow();
        Last = scan.Run(Last ?? ScanSnapshot.Expecting(_expected));
        _expected = [];
        _wholeAt = time.GetTimestamp();
        _settled = true;
        foreach (var (_, stamp) in Last.Directories)
        {
            _settled &= stamp is { } known && known.IsSettledAt(now);
        }

        _written = null;
        _unverifiedOf = (-1, -1);
        string[] directories = [.. Last.Directories.Select(directory => directory.Key)];
        watch.SetDirectories(directories);
        _reportedOf = Last.Unavailable.Count == 0 && !Last.HasLinks && directories.All(watch.ReportsNamesIn)
            ? watch.Version
            : -1;
        leftOut.Report(Last);
        return true;
    }

    private bool IsAsBefore(ScanSnapshot last)
    {
        foreach (var (directory, stamp) in last.Directories)
        {
            if (files.Stamp(directory) != stamp)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Files whose change neither a directory timestamp nor the watch would reveal.</summary>
    private void FindUnverified(ScanSnapshot last)
    {
        _unverified = null;
        foreach (var (path, stat) in last.Files)
        {
            if (last.IsLink(path) || (!streams.IsOpen(stat.Id) && !watch.ReportsWritesIn(Path.GetDirectoryName(path) ?? "")))
            {
                (_unverified ??= []).Add(path);
            }
        }

        _unverifiedOf = (streams.Version, watch.Version);
    }
}

/// <summary>Which files of the flow are open: they need not be found again.</summary>
internal interface IOpenFiles
{
    /// <summary>Rises whenever a file is opened or closed, or a stream gets another one.</summary>
    int Version { get; }

    /// <summary>True when a stream has this file open.</summary>
    bool IsOpen(FileId file);

    /// <summary>True when a stream is known to be in this file.</summary>
    bool IsKnown(FileId file);
}
