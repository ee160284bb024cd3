namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>No watch at all: scans and polls find out everything. Windows, and simulations.</summary>
internal sealed class NoDirectoryWatch : IDirectoryWatch
{
    /// <inheritdoc/>
    public int Version => 0;

    /// <inheritdoc/>
    public void SetDirectories(IReadOnlyCollection<string> directories)
    {
    }

    /// <inheritdoc/>
    public bool ReportsWritesIn(string directory) => false;

    /// <inheritdoc/>
    public WatchEvents ReadEvents(PathWritten written) => WatchEvents.None;

    /// <inheritdoc/>
    public void WakeOnNextEvent()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
