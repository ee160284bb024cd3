namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// Tells early that something happened in a directory. Only ever a hint: what it does not tell, a scan or a poll finds out
/// a little later.
/// </summary>
internal interface IDirectoryWatch : IDisposable
{
    /// <summary>Rises when what it <see cref="ReportsWritesIn"/> for changes.</summary>
    int Version { get; }

    /// <summary>Watches these directories and no others.</summary>
    void SetDirectories(IReadOnlyCollection<string> directories);

    /// <summary>True when writes to files directly in <paramref name="directory"/> are noticed, so that idle ones can be looked at rarely.</summary>
    bool ReportsWritesIn(string directory);

    /// <summary>Takes what happened since the last time.</summary>
    /// <param name="written">Called with the path of each file that was written to; the path is valid during the call.</param>
    WatchEvents ReadEvents(PathWritten written);

    /// <summary>Wakes the flow as soon as there is something to take.</summary>
    void WakeOnNextEvent();
}

/// <summary>A file was written to.</summary>
internal delegate void PathWritten(ReadOnlySpan<char> path);
