using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A watch that a test tells what to notice.</summary>
internal sealed class SimulatedWatch(Action wake) : IDirectoryWatch
{
    private readonly List<(string Path, bool IsClosed)> _written = [];
    private readonly List<Action<IWatchListener>> _names = [];
    private WatchEvents _news;
    private WatchEvents _armed;

    /// <summary>False: it does not claim to notice writes.</summary>
    public bool IsTrusted { get; set; } = true;

    public int Version { get; private set; }

    public IReadOnlyCollection<string> Covered { get; private set; } = [];

    public int Wakes { get; private set; }

    public void SetDirectories(IReadOnlyCollection<string> directories)
    {
        Covered = directories;
        Version++;
    }

    public bool ReportsWritesIn(string directory) => IsTrusted && Covered.Contains(directory);

    public void AddDirectory(string directory)
    {
        if (!Covered.Contains(directory))
        {
            Covered = [.. Covered, directory];
            Version++;
        }
    }

    public WatchEvents ReadEvents(IWatchListener listener)
    {
        var news = _news;
        _news = WatchEvents.None;
        foreach (var tell in _names.ToList())
        {
            tell(listener);
        }

        _names.Clear();
        _written.ForEach(file => listener.Written(file.Path, file.IsClosed));
        _written.Clear();
        return news;
    }

    public void WakeOnNextEvent(bool namesOnly = false)
    {
        _armed = namesOnly ? _armed | WatchEvents.Names | WatchEvents.Overflow : (WatchEvents)~0;
        WakeIfDue();
    }

    /// <summary>Notices what happens to the names in the directories that it covers, and to their files, as inotify does.</summary>
    public void Follow(SimulatedDisk disk)
    {
        disk.Written = path =>
        {
            if (Covers(path))
            {
                Notice(WatchEvents.Written, path);
            }
        };
        disk.Renamed = (from, to, isDirectory) =>
        {
            if (Loses?.Invoke() == true)
            {
                _names.Clear();
                Notice(WatchEvents.Overflow);
                return;
            }

            if (isDirectory && to is null && Covered.Contains(from!))
            {
                Covered = [.. Covered.Where(directory => directory != from)]; // its own watch ends with it
                Version++;
            }

            (from, to) = (Covers(from) ? from : null, Covers(to) ? to : null);
            if (from is null && to is null)
            {
                return;
            }

            _names.Add(listener =>
            {
                if (from is null)
                {
                    listener.Appeared(to!, isDirectory);
                }
                else if (to is null)
                {
                    listener.Vanished(from, isDirectory);
                }
                else
                {
                    listener.Moved(from, to, isDirectory);
                }
            });
            Notice(WatchEvents.Names);
        };
    }

    /// <summary>Asked at each name: true when the queue is full.</summary>
    public Func<bool>? Loses { get; set; }

    public void Notice(WatchEvents news, string? path = null, bool isClosed = false)
    {
        _news |= news;
        if (path is not null && !_written.Contains((path, isClosed)))
        {
            _written.Add((path, isClosed));
        }

        WakeIfDue();
    }

    public void Dispose()
    {
    }

    private bool Covers(string? path) => path is not null && Covered.Contains(Path.GetDirectoryName(path) ?? "");

    private void WakeIfDue()
    {
        if ((_armed & _news) != WatchEvents.None)
        {
            _armed = WatchEvents.None;
            Wakes++;
            wake();
        }
    }
}
