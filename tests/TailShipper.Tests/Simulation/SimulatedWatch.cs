using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A watch that a test tells what to notice.</summary>
internal sealed class SimulatedWatch(Action wake) : IDirectoryWatch
{
    private readonly List<(string Path, bool IsClosed)> _written = [];
    private WatchEvents _news;
    private bool _armed;

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

    public WatchEvents ReadEvents(PathWritten written)
    {
        var news = _news;
        _news = WatchEvents.None;
        _written.ForEach(file => written(file.Path, file.IsClosed));
        _written.Clear();
        return news;
    }

    public void WakeOnNextEvent()
    {
        _armed = true;
        WakeIfDue();
    }

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

    private void WakeIfDue()
    {
        if (_armed && _news != WatchEvents.None)
        {
            _armed = false;
            Wakes++;
            wake();
        }
    }
}
