namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>No watch at all: scans and polls find out everything. Windows, and simulations.</summary>
internal sealed class NoDirectoryWatch : IDirectoryWatch
{
    /// <inheritdoc/>
    public int Version => 0;

    /// <inheritdoc/>
    public void Cover(IReadOnlyCollection<string> directories)
    {
    }

    /// <inheritdoc/>
    public bool Vouches(string directory) => false;

    /// <inheritdoc/>
    public WatchNews Take(PathWritten written) => WatchNews.None;

    /// <inheritdoc/>
    public void Arm()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
