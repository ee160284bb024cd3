using Shipper.TailShipper.Tailing.Discovery;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A watch that a test tells what to notice.</summary>
internal sealed class SimulatedWatch(Action wake) : IDirectoryWatch
{
    private readonly List<string> _written = [];
    private WatchNews _news;
    private bool _armed;

    /// <summary>False: it does not claim to notice writes.</summary>
    public bool IsTrusted { get; set; } = true;

    public int Version { get; private set; }

    public IReadOnlyCollection<string> Covered { get; private set; } = [];

    public int Wakes { get; private set; }

    public void Cover(IReadOnlyCollection<string> directories)
    {
        Covered = directories;
        Version++;
    }

    public bool Vouches(string directory) => IsTrusted && Covered.Contains(directory);

    public WatchNews Take(PathWritten written)
    {
        var news = _news;
        _news = WatchNews.None;
        _written.ForEach(path => written(path));
        _written.Clear();
        return news;
    }

    public void Arm()
    {
        _armed = true;
        WakeIfDue();
    }

    public void Notice(WatchNews news, string? path = null)
    {
        _news |= news;
        if (path is not null && !_written.Contains(path))
        {
            _written.Add(path);
        }

        WakeIfDue();
    }

    public void Dispose()
    {
    }

    private void WakeIfDue()
    {
        if (_armed && _news != WatchNews.None)
        {
            _armed = false;
            Wakes++;
            wake();
        }
    }
}
