using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// inotify(7). The kernel keeps the events, and merges equal ones in a row, until the flow takes them; a thread of its own
/// only waits for the first one while the flow sleeps. Writes and names have a queue each: a name is to wake the flow at once, a
/// writer that writes all the time is not.
/// </summary>
internal sealed class LinuxDirectoryWatch : IDirectoryWatch
{
    private const int HeaderBytes = 16;

    // Full buffers of names taken at once: what is created, filled and renamed many times a second is followed name by name.
    private const int MostBuffers = 64;

    private readonly string _flow;
    private readonly ILogger _logger;
    private readonly InotifyWaiter? _waiter;
    private readonly WatchQueue? _writes;
    private readonly WatchQueue? _names;
    private readonly byte[] _events = new byte[64 * 1024];
    private readonly char[] _path = new char[8192];

    // First halves of renames: the second half bears the same cookie, and may come with the next events only.
    private readonly List<(uint Cookie, string Path, bool IsDirectory, int Read)> _movedFrom = [];
    private int _reads;
    private bool _complained;

    /// <summary>A watch that calls <paramref name="wake"/> from its own thread.</summary>
    public LinuxDirectoryWatch(string flow, Action wake, ILogger logger)
    {
        (_flow, _logger) = (flow, logger);
        _names = WatchQueue.TryCreate(InotifyEvents.Names, out var error);
        _writes = _names is null ? null : WatchQueue.TryCreate(InotifyEvents.Modified | InotifyEvents.Closed, out error);
        if (_names is null || _writes is null)
        {
            _names?.Dispose();
            _names = null;
            Complain("the patterns", error);
            return;
        }

        _waiter = InotifyWaiter.TryStart(_names.Handle, _writes.Handle, wake, $"watch of {flow}");
    }

    /// <inheritdoc/>
    public int Version { get; private set; }

    /// <inheritdoc/>
    public void SetDirectories(IReadOnlyCollection<string> directories)
    {
        if (_waiter is null)
        {
            return;
        }

        foreach (var directory in directories)
        {
            AddDirectory(directory);
        }

        if (_names!.Count > directories.Count || _writes!.Count > directories.Count)
        {
            var wanted = directories.ToHashSet(StringComparer.Ordinal);
            _names.KeepOnly(wanted);
            Version += _writes!.KeepOnly(wanted) ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public void AddDirectory(string directory)
    {
        if (_waiter is null || (_names!.Has(directory) && _writes!.Has(directory)))
        {
            return;
        }

        // Names first: a file that is written to before its writes are watched is read because it is new.
        if (!_names.Add(directory, out var error) || !_writes!.Add(directory, out error))
        {
            if (error is not LinuxInotify.NoSuchEntry and not LinuxInotify.NotADirectory)
            {
                Complain(directory, error);
            }

            return;
        }

        Version++;
    }

    /// <inheritdoc/>
    public bool ReportsWritesIn(string directory) => _writes?.ReportsAllIn(directory) == true;

    /// <inheritdoc/>
    public WatchEvents ReadEvents(IWatchListener listener)
    {
        var news = WatchEvents.None;
        if (_waiter is null)
        {
            return news;
        }

        _reads++;
        for (var (buffers, count) = (0, _events.Length); buffers < MostBuffers && count > 0; buffers++)
        {
            news |= Read(_names!, listener, out count);
        }

        EndMoves(move => move.Read < _reads, listener);

        // One buffer full at a time: whoever writes faster than that is read when it is due.
        return news | Read(_writes!, listener, out _);
    }

    /// <inheritdoc/>
    public void WakeOnNextEvent(bool namesOnly = false) => _waiter?.WakeOnNextEvent(namesOnly);

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiter?.Dispose();
        _names?.Dispose();
        _writes?.Dispose();
    }

    private WatchEvents Read(WatchQueue queue, IWatchListener listener, out int count)
    {
        var news = WatchEvents.None;
        count = LinuxInotify.Read(queue.Handle, _events);
        for (var at = 0; at + HeaderBytes <= count;)
        {
            var descriptor = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at));
            var mask = (InotifyEvents)BinaryPrimitives.ReadUInt32LittleEndian(_events.AsSpan(at + 4));
            var cookie = BinaryPrimitives.ReadUInt32LittleEndian(_events.AsSpan(at + 8));
            var length = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at + 12));
            news |= Note(queue, descriptor, mask, cookie, _events.AsSpan(at + HeaderBytes, length), listener);
            at += HeaderBytes + length;
        }

        return news;
    }

    private WatchEvents Note(
        WatchQueue queue, int descriptor, InotifyEvents mask, uint cookie, ReadOnlySpan<byte> name, IWatchListener listener)
    {
        if ((mask & InotifyEvents.Overflow) != 0)
        {
            TailingLog.WatchOverflowed(_logger, _flow);
            _movedFrom.Clear();
            return WatchEvents.Overflow;
        }

        if (queue.DirectoryOf(descriptor) is not { } directory)
        {
            return WatchEvents.None; // of a watch taken away since
        }

        if ((mask & (InotifyEvents.Ignored | InotifyEvents.Unmounted)) != 0)
        {
            // It may be another directory under the same name by now, which is to be watched.
            _names!.Forget(directory);
            Version += _writes!.Forget(directory) ? 1 : 0;
            return WatchEvents.Names;
        }

        var path = PathOf(directory, name);
        var isDirectory = (mask & InotifyEvents.OfDirectory) != 0;
        if ((mask & (InotifyEvents.Modified | InotifyEvents.Closed)) != 0)
        {
            if (!isDirectory)
            {
                listener.Written(path, isClosed: (mask & InotifyEvents.Closed) != 0);
            }

            return isDirectory ? WatchEvents.None : WatchEvents.Written;
        }

        if (name.Length > 0)
        {
            NoteName(mask, cookie, path.ToString(), isDirectory, listener);
        }

        return WatchEvents.Names;
    }

    private void NoteName(InotifyEvents mask, uint cookie, string path, bool isDirectory, IWatchListener listener)
    {
        if ((mask & InotifyEvents.MovedTo) != 0 && _movedFrom.FindIndex(move => move.Cookie == cookie) is >= 0 and var index)
        {
            var from = _movedFrom[index].Path;
            _movedFrom.RemoveAt(index);
            listener.Moved(from, path, isDirectory);
            return;
        }

        // Events of one directory are in order: what came to this path since is not what was moved away.
        EndMoves(move => move.Path == path, listener);
        if ((mask & InotifyEvents.MovedFrom) != 0)
        {
            _movedFrom.Add((cookie, path, isDirectory, _reads));
        }
        else if ((mask & InotifyEvents.Deleted) != 0)
        {
            listener.Vanished(path, isDirectory);
        }
        else if ((mask & (InotifyEvents.Created | InotifyEvents.MovedTo)) != 0)
        {
            listener.Appeared(path, isDirectory);
        }
    }

    /// <summary>Reports what was moved to where nothing is watched.</summary>
    private void EndMoves(Predicate<(uint Cookie, string Path, bool IsDirectory, int Read)> isOver, IWatchListener listener)
    {
        foreach (var move in _movedFrom.FindAll(isOver))
        {
            _movedFrom.Remove(move);
            listener.Vanished(move.Path, move.IsDirectory);
        }
    }

    /// <summary>The path of what an event is about; valid until the next one.</summary>
    private ReadOnlySpan<char> PathOf(string directory, ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];
        if (directory.Length + 1 + LinuxNames.MaxLength(name.Length) > _path.Length)
        {
            return [];
        }

        directory.CopyTo(_path);
        var length = directory.Length;
        if (!directory.EndsWith('/'))
        {
            _path[length++] = '/';
        }

        return _path.AsSpan(0, length + LinuxNames.Decode(name, _path.AsSpan(length)));
    }

    private void Complain(string what, int error)
    {
        if (!_complained)
        {
            _complained = true;
            TailingLog.Unwatched(_logger, _flow, what, Marshal.GetPInvokeErrorMessage(error), LinuxInotify.Remedy(error));
        }
    }

    /// <summary>One queue of events, and the directories that it is fed from.</summary>
    private sealed class WatchQueue(SafeFileHandle handle, InotifyEvents wanted) : IDisposable
    {
        private readonly Dictionary<int, string> _directories = [];
        private readonly Dictionary<string, (int Descriptor, bool ReportsAll)> _watches = new(StringComparer.Ordinal);

        public SafeFileHandle Handle => handle;

        public int Count => _watches.Count;

        public static WatchQueue? TryCreate(InotifyEvents wanted, out int error) =>
            LinuxInotify.TryCreate(out error) is { } handle ? new WatchQueue(handle, wanted) : null;

        public bool Has(string directory) => _watches.ContainsKey(directory);

        public bool ReportsAllIn(string directory) => _watches.TryGetValue(directory, out var watch) && watch.ReportsAll;

        public string? DirectoryOf(int descriptor) => _directories.GetValueOrDefault(descriptor);

        public bool Add(string directory, out int error)
        {
            error = 0;
            if (_watches.ContainsKey(directory))
            {
                return true;
            }

            var descriptor = LinuxInotify.Add(handle, directory, wanted, out error);
            if (descriptor < 0)
            {
                return false;
            }

            if (_directories.TryGetValue(descriptor, out var other))
            {
                _watches.Remove(other); // two paths to one directory: events bear one of them
            }

            _directories[descriptor] = directory;
            _watches[directory] = (descriptor, LinuxInotify.ReportsAllWrites(directory));
            return true;
        }

        public bool KeepOnly(HashSet<string> directories)
        {
            var gone = _watches.Keys.Where(directory => !directories.Contains(directory)).ToList();
            gone.ForEach(directory => Forget(directory));
            return gone.Count > 0;
        }

        public bool Forget(string directory)
        {
            if (!_watches.Remove(directory, out var watch))
            {
                return false;
            }

            _directories.Remove(watch.Descriptor);
            LinuxInotify.Remove(handle, watch.Descriptor);
            return true;
        }

        public void Dispose() => handle.Dispose();
    }
}
