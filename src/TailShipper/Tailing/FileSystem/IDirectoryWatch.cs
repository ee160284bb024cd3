namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>
/// Reports early that something happened in a directory. Only a hint: what it does not report, a scan or a poll finds out
/// a little later.
/// </summary>
internal interface IDirectoryWatch : IDisposable
{
    /// <summary>Rises when what it <see cref="ReportsWritesIn"/> for changes.</summary>
    int Version { get; }

    /// <summary>Watches these directories and no others.</summary>
    void SetDirectories(IReadOnlyCollection<string> directories);

    /// <summary>
    /// True when writes to files directly in <paramref name="directory"/> are noticed, so that idle ones can be polled rarely.
    /// </summary>
    bool ReportsWritesIn(string directory);

    /// <summary>Takes what happened since the last time.</summary>
    /// <param name="written">Called with the path of each file that was written to or closed; the path is valid during the call.</param>
    WatchEvents ReadEvents(PathWritten written);

    /// <summary>Wakes the flow as soon as there is something to take.</summary>
    void WakeOnNextEvent();
}

/// <summary>A file was written to, or closed by one who could write to it.</summary>
internal delegate void PathWritten(ReadOnlySpan<char> path, bool isClosed);

/// <summary>What a watch noticed.</summary>
[Flags]
internal enum WatchEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Files were written to.</summary>
    Written = 1,

    /// <summary>Names appeared, vanished or changed: scan.</summary>
    Names = 2,

    /// <summary>More happened than could be kept: scan, and poll every file.</summary>
    Overflow = 4,
}

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
