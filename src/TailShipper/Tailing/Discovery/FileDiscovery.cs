using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// Repeats the scan of the patterns cheaply. As long as no directory changed its names lead to the same files, so that only
/// files that are not open, and not vouched for by the watch, need a look; now and then everything is looked at all the same.
/// </summary>
internal sealed class FileDiscovery(
    string flow, PatternScan scan, IFileSystem files, StreamTable streams, IDirectoryWatch watch, TimeProvider time, ILogger logger)
{
    /// <summary>The longest time between two scans that take nothing for granted.</summary>
    public static readonly TimeSpan WholeInterval = TimeSpan.FromSeconds(30);

    private readonly List<string> _loose = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reportedLinks = new(StringComparer.Ordinal);
    private (int Streams, int Watch) _looseOf = (-1, -1);
    private IEnumerable<string> _expected = [];
    private long _wholeAt;
    private bool _settled;

    /// <summary>What the last scan saw; null before the first.</summary>
    public Sightings? Last { get; private set; }

    /// <summary>Notes paths that the next scan will probably see: their strings serve for it, too. Call before the first.</summary>
    public void Expect(IEnumerable<string> paths) => _expected = paths;

    /// <summary>Scans; true when anything may be other than it was.</summary>
    public bool Scan()
    {
        if (Last is not { } last || !_settled || last.Unavailable.Count > 0 || time.GetElapsedTime(_wholeAt) >= WholeInterval || !IsAsBefore(last))
        {
            return ScanWhole();
        }

        if (_looseOf != (streams.Version, watch.Version))
        {
            FindLoose(last);
        }

        var news = false;
        foreach (var path in _loose.Count == 0 ? (IEnumerable<string>)_written : _loose.Concat(_written))
        {
            var look = files.Look(path);
            if (look.Sight != Sight.File || !last.Leads(path, look.Stat.Id))
            {
                return ScanWhole();
            }

            news |= last.Files[path] != look.Stat;
            last.Refresh(path, look.Stat);
        }

        _written.Clear();
        return news;
    }

    /// <summary>Looks at a file that is not open at the next scan, although its directory is vouched for.</summary>
    /// <returns>False when that was known.</returns>
    public bool Suspect(ReadOnlySpan<char> path) => _written.GetAlternateLookup<ReadOnlySpan<char>>().Add(path);

    private bool ScanWhole()
    {
        var now = time.GetUtcNow();
        Last = scan.Run(Last ?? Sightings.Expecting(_expected));
        _expected = [];
        _wholeAt = time.GetTimestamp();
        _settled = true;
        foreach (var stamp in Last.Directories.Values)
        {
            _settled &= stamp is { } known && known.IsSettledAt(now);
        }

        _written.Clear();
        _looseOf = (-1, -1);
        watch.Cover([.. Last.Directories.Keys]);
        foreach (var (link, target) in Last.StrayLinks)
        {
            if (_reportedLinks.Add(link))
            {
                TailingLog.StrayLink(logger, flow, link, target);
            }
        }

        return true;
    }

    private bool IsAsBefore(Sightings last)
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

    /// <summary>Which files could change, or be others, without that anything tells.</summary>
    private void FindLoose(Sightings last)
    {
        _loose.Clear();
        foreach (var (path, stat) in last.Files)
        {
            if (last.IsLink(path) || (streams.ByFile(stat.Id) is not { Handle: not null } && !watch.Vouches(Path.GetDirectoryName(path) ?? "")))
            {
                _loose.Add(path);
            }
        }

        _looseOf = (streams.Version, watch.Version);
    }
}
