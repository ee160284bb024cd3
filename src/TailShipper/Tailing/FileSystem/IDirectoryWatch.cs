using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>The watches of all flows, which share what the system has few of.</summary>
internal interface IDirectoryWatches : IDisposable
{
    /// <summary>One flow's watch, which the flow disposes.</summary>
    /// <param name="flow">Its name.</param>
    /// <param name="wake">Wakes it; called on any thread, and not to be long.</param>
    /// <param name="isNamed">True for a path that its patterns name; called on any thread.</param>
    /// <param name="logger">Its log.</param>
    IDirectoryWatch Open(string flow, Action wake, Func<string, bool> isNamed, ILogger logger);
}

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

    /// <summary>Watches one more directory until <see cref="SetDirectories"/> is called next.</summary>
    void AddDirectory(string directory);

    /// <summary>
    /// True when writes to files directly in <paramref name="directory"/> are noticed, so that idle ones can be polled rarely.
    /// </summary>
    bool ReportsWritesIn(string directory);

    /// <summary>
    /// True when names that come, go or change in <paramref name="directory"/> are noticed, so that it can be scanned rarely.
    /// </summary>
    bool ReportsNamesIn(string directory) => false;

    /// <summary>Takes what happened since the last time.</summary>
    /// <param name="listener">Is told of it, names in the order in which they changed.</param>
    WatchEvents ReadEvents(IWatchListener listener);

    /// <summary>Wakes the flow as soon as there is something to take.</summary>
    /// <param name="namesOnly">True: writes do not count.</param>
    void WakeOnNextEvent(bool namesOnly = false);
}

/// <summary>Is told what a watch noticed.</summary>
internal interface IWatchListener
{
    /// <summary>A file was written to, or closed by one who could write to it.</summary>
    /// <param name="path">Its path; valid during the call.</param>
    /// <param name="isClosed">True when it was closed.</param>
    void Written(ReadOnlySpan<char> path, bool isClosed);

    /// <summary>A name appeared: something was created there, linked, or moved in from where nothing is watched.</summary>
    void Appeared(string path, bool isDirectory);

    /// <summary>A name is gone: deleted, or moved to where nothing is watched.</summary>
    void Vanished(string path, bool isDirectory);

    /// <summary>What was at one path is at another now, in place of whatever was there: the very same file.</summary>
    void Moved(string from, string to, bool isDirectory);
}

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
    public void AddDirectory(string directory)
    {
    }

    /// <inheritdoc/>
    public bool ReportsWritesIn(string directory) => false;

    /// <inheritdoc/>
    public WatchEvents ReadEvents(IWatchListener listener) => WatchEvents.None;

    /// <inheritdoc/>
    public void WakeOnNextEvent(bool namesOnly = false)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>No watches at all.</summary>
internal sealed class NoDirectoryWatches : IDirectoryWatches
{
    /// <inheritdoc/>
    public IDirectoryWatch Open(string flow, Action wake, Func<string, bool> isNamed, ILogger logger) => new NoDirectoryWatch();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
