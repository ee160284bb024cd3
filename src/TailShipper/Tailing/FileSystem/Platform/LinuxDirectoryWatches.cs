using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// inotify(7) for all flows of the process: two instances, one of names and one of writes, and one thread that empties them while flows
/// sleep. Each flow has its own <see cref="LinuxDirectoryWatch"/>, which keeps what was reported until the flow takes it. Two queues,
/// because a name is to wake a flow at once, and a writer that writes all the time is not. Safe from any thread.
/// </summary>
internal sealed class LinuxDirectoryWatches : IDirectoryWatches
{
    private const int HeaderBytes = 16;

    // Full buffers of names taken at once: what is created, filled and renamed many times a second is followed name by name. Of writes
    // fewer are taken: whoever writes faster than that is read when it is due.
    private const int MostNameBuffers = 64;
    private const int MostWriteBuffers = 4;
    private const int BufferBytes = 64 * 1024;
    private const int LongestPath = 8192;

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly HashSet<LinuxDirectoryWatch> _watches = [];
    private readonly HashSet<int> _complaints = [];
    private WatchQueue? _names;
    private WatchQueue? _writes;
    private InotifyWaiter? _waiter;
    private byte[] _events = [];
    private char[] _path = [];
    private int _armed;
    private bool _disposed;

    /// <summary>Nothing is opened before the first flow asks for its watch.</summary>
    public LinuxDirectoryWatches(ILogger logger) => _logger = logger;

    /// <inheritdoc/>
    public IDirectoryWatch Open(string flow, Action wake, Func<string, bool> isNamed, ILogger logger)
    {
        lock (_lock)
        {
            var watch = new LinuxDirectoryWatch(this, flow, wake, isNamed, logger);
            if (!_disposed && TryBegin(flow, logger))
            {
                _watches.Add(watch);
            }

            return watch;
        }
    }

    /// <summary>Ends the thread, and closes both instances.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _waiter?.Dispose();
            _names?.Dispose();
            _writes?.Dispose();
            _watches.Clear();
        }
    }

    /// <summary>Watches a directory for one flow.</summary>
    /// <param name="watch">The flow's watch.</param>
    /// <param name="directory">The path.</param>
    /// <param name="replaced">The flow's other path to the same directory, which is no longer watched: events bear one of them.</param>
    /// <returns>Null when it cannot be watched.</returns>
    internal DirectoryEntries? Add(LinuxDirectoryWatch watch, string directory, out string? replaced)
    {
        replaced = null;
        lock (_lock)
        {
            if (_disposed || !_watches.Contains(watch))
            {
                return null;
            }

            // Of what happened before it was watched the flow is told nothing: its scan has seen that.
            Drain();

            // Names first: a file that is written to before its writes are watched is read because it is new.
            if (_names!.Add(directory, watch, out replaced, out var error) is not { } names)
            {
                Complain(watch, directory, error);
                return null;
            }

            if (_writes!.Add(directory, watch, out _, out error) is not { } writes)
            {
                _names.Leave(names, watch);
                Complain(watch, directory, error);
                return null;
            }

            return new DirectoryEntries(names, writes);
        }
    }

    /// <summary>One flow watches a directory no longer.</summary>
    internal void Leave(LinuxDirectoryWatch watch, DirectoryEntries entries)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _names!.Leave(entries.Names, watch);
                _writes!.Leave(entries.Writes, watch);
            }
        }
    }

    /// <summary>Takes what was reported for one flow up to now.</summary>
    internal void Take(LinuxDirectoryWatch watch, Reported into)
    {
        lock (_lock)
        {
            if (!_disposed && _watches.Contains(watch))
            {
                Drain();
                watch.Pending.MoveTo(into);
            }
        }
    }

    /// <summary>Wakes a flow as soon as something is reported for it, at once when something is.</summary>
    internal void Arm(LinuxDirectoryWatch watch, bool namesOnly)
    {
        lock (_lock)
        {
            if (!_disposed && _watches.Contains(watch))
            {
                _armed -= watch.Armed != ArmedFor.Nothing ? 1 : 0;
                watch.Arm(namesOnly);
                if (watch.Armed != ArmedFor.Nothing)
                {
                    _armed++;
                    _waiter!.Hurry();
                }
            }
        }
    }

    /// <summary>A flow's watch ends. When this returns it is not woken any more.</summary>
    internal void Close(LinuxDirectoryWatch watch, IEnumerable<DirectoryEntries> entries)
    {
        lock (_lock)
        {
            if (_watches.Remove(watch))
            {
                _armed -= watch.Armed != ArmedFor.Nothing ? 1 : 0;
                foreach (var each in entries)
                {
                    Leave(watch, each);
                }
            }
        }
    }

    private bool TryBegin(string flow, ILogger logger)
    {
        if (_waiter is not null)
        {
            return true;
        }

        _names = WatchQueue.TryCreate(InotifyEvents.Names, out var error);
        _writes = _names is null ? null : WatchQueue.TryCreate(InotifyEvents.Modified | InotifyEvents.Closed, out error);
        _waiter = _writes is null ? null : InotifyWaiter.TryStart(_names!.Handle, _writes.Handle, DrainForAll, out error);
        if (_waiter is null)
        {
            _names?.Dispose();
            _writes?.Dispose();
            Complain(flow, "what the patterns name", error, logger);
            return false;
        }

        (_events, _path) = (GC.AllocateUninitializedArray<byte>(BufferBytes), GC.AllocateUninitializedArray<char>(LongestPath));
        return true;
    }

    /// <summary>For the thread: how many flows were woken, and whether others wait.</summary>
    private (int Woken, bool IsWaitedFor) DrainForAll()
    {
        lock (_lock)
        {
            var armed = _armed;
            if (!_disposed)
            {
                Drain();
            }

            return (armed - _armed, _armed > 0);
        }
    }

    private void Drain()
    {
        Drain(_names!, MostNameBuffers);
        Drain(_writes!, MostWriteBuffers);
    }

    private void Drain(WatchQueue queue, int mostBuffers)
    {
        for (var (buffers, count) = (0, _events.Length); buffers < mostBuffers && count > _events.Length / 2; buffers++)
        {
            count = LinuxInotify.Read(queue.Handle, _events);
            for (var at = 0; at + HeaderBytes <= count;)
            {
                var descriptor = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at));
                var mask = (InotifyEvents)BinaryPrimitives.ReadUInt32LittleEndian(_events.AsSpan(at + 4));
                var cookie = BinaryPrimitives.ReadUInt32LittleEndian(_events.AsSpan(at + 8));
                var length = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at + 12));
                Note(queue, descriptor, mask, cookie, _events.AsSpan(at + HeaderBytes, length));
                at += HeaderBytes + length;
            }
        }
    }

    private void Note(WatchQueue queue, int descriptor, InotifyEvents mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & InotifyEvents.Overflow) != 0)
        {
            TailingLog.KernelQueueOverflowed(_logger, _watches.Count);
            foreach (var watch in _watches)
            {
                watch.Pending.Lose(everyDirectory: true);
                WakeIf(watch, queue == _names ? ArmedFor.Names : ArmedFor.Writes);
            }

            return;
        }

        if (queue.EntryOf(descriptor) is not { } entry)
        {
            return; // of a watch taken away since
        }

        if ((mask & (InotifyEvents.Ignored | InotifyEvents.Unmounted | InotifyEvents.SelfMoved)) != 0)
        {
            // It may be another directory under the same name by now, which is to be watched.
            foreach (var (watch, directory) in entry.Watchers)
            {
                watch.Pending.AddGone(directory);
                WakeIf(watch, ArmedFor.Names);
            }
        }
        else if ((mask & (InotifyEvents.Modified | InotifyEvents.Closed)) != 0)
        {
            NoteWrite(entry, mask, name);
        }
        else
        {
            NoteName(entry, new NameEvent(mask, cookie, ""), name);
        }
    }

    private void NoteWrite(WatchEntry entry, InotifyEvents mask, ReadOnlySpan<byte> name)
    {
        if ((mask & InotifyEvents.OfDirectory) != 0)
        {
            return;
        }

        var isClosed = (mask & InotifyEvents.Closed) != 0;
        var file = entry.FileCalled(Decode(name));
        if (file.IsNamed || isClosed)
        {
            foreach (var (watch, path) in file.Receivers)
            {
                watch.Pending.AddWrite(path, isClosed);
                if (file.IsNamed)
                {
                    WakeIf(watch, ArmedFor.Writes);
                }
            }
        }
    }

    private void NoteName(WatchEntry entry, NameEvent reported, ReadOnlySpan<byte> name)
    {
        var text = Decode(name);
        var (last, path) = (default(string), "");
        foreach (var (watch, directory) in entry.Watchers)
        {
            if (last != directory)
            {
                (last, path) = (directory, text.IsEmpty ? "" : WatchEntry.PathOf(directory, text));
            }

            watch.Pending.AddName(reported with { Path = path });
            WakeIf(watch, ArmedFor.Names);
        }
    }

    private void WakeIf(LinuxDirectoryWatch watch, ArmedFor what)
    {
        if (watch.WakeIf(what))
        {
            _armed--;
        }
    }

    /// <summary>A name as text; valid until the next one.</summary>
    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];
        return LinuxNames.MaxLength(name.Length) > _path.Length ? [] : _path.AsSpan(0, LinuxNames.Decode(name, _path));
    }

    private void Complain(LinuxDirectoryWatch watch, string directory, int error)
    {
        if (error is not LinuxInotify.NoSuchEntry and not LinuxInotify.NotADirectory)
        {
            Complain(watch.Flow, directory, error, watch.Logger);
        }
    }

    // What is refused is refused to a thousand flows alike: it is said once.
    private void Complain(string flow, string what, int error, ILogger logger)
    {
        if (_complaints.Add(error))
        {
            TailingLog.Unwatched(logger, flow, what, LinuxInotify.Message(error), LinuxInotify.Remedy(error));
        }
    }
}

/// <summary>What a sleeping flow is to be woken for.</summary>
internal enum ArmedFor
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Names.</summary>
    Names,

    /// <summary>Names and writes.</summary>
    Writes,
}

/// <summary>A directory in both queues.</summary>
/// <param name="Names">In that of names.</param>
/// <param name="Writes">In that of writes.</param>
internal readonly record struct DirectoryEntries(WatchEntry Names, WatchEntry Writes);

/// <summary>One inotify instance, and the directories that it is fed from. Guarded by the lock of its owner.</summary>
internal sealed class WatchQueue(SafeFileHandle handle, InotifyEvents wanted) : IDisposable
{
    private readonly Dictionary<int, WatchEntry> _entries = [];

    /// <summary>The instance.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>A new one; null with the error.</summary>
    public static WatchQueue? TryCreate(InotifyEvents wanted, out int error) =>
        LinuxInotify.TryCreate(out error) is { } handle ? new WatchQueue(handle, wanted) : null;

    /// <summary>The directory of a watch descriptor; null when it is watched no longer.</summary>
    public WatchEntry? EntryOf(int descriptor) => _entries.GetValueOrDefault(descriptor);

    /// <summary>Adds a directory for one flow; null with the error.</summary>
    public WatchEntry? Add(string directory, LinuxDirectoryWatch watch, out string? replaced, out int error)
    {
        replaced = null;
        var descriptor = LinuxInotify.Add(handle, directory, wanted, out error);
        if (descriptor < 0)
        {
            return null;
        }

        if (!_entries.TryGetValue(descriptor, out var entry))
        {
            entry = new WatchEntry(descriptor, LinuxInotify.ReportsAllWrites(directory));
            _entries.Add(descriptor, entry);
        }

        replaced = entry.Join(watch, directory);
        return entry;
    }

    /// <summary>One flow watches it no longer; the last one ends the watch.</summary>
    public void Leave(WatchEntry entry, LinuxDirectoryWatch watch)
    {
        if (entry.Leave(watch) && _entries.Remove(entry.Descriptor))
        {
            LinuxInotify.Remove(handle, entry.Descriptor);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}

/// <summary>One directory in one queue, and the flows that watch it. Guarded by the lock of the queue's owner.</summary>
/// <param name="descriptor">Its watch descriptor.</param>
/// <param name="reportsAll">False where other machines may write.</param>
internal sealed class WatchEntry(int descriptor, bool reportsAll)
{
    // Files whose receivers are remembered; in a directory with more they are found again now and then.
    private const int MostFiles = 1024;

    private Dictionary<string, WrittenFile>? _files;

    /// <summary>Its watch descriptor.</summary>
    public int Descriptor => descriptor;

    /// <summary>True when all writes in it are reported.</summary>
    public bool ReportsAll => reportsAll;

    /// <summary>Each flow with its path to the directory. Replaced, never changed.</summary>
    public (LinuxDirectoryWatch Watch, string Directory)[] Watchers { get; private set; } = [];

    /// <summary>The path of a name in a directory.</summary>
    public static string PathOf(string directory, ReadOnlySpan<char> name) =>
        directory.EndsWith('/') ? string.Concat(directory, name) : string.Concat(directory, "/", name);

    /// <summary>One more flow; its other path to the same directory, if it had one.</summary>
    public string? Join(LinuxDirectoryWatch watch, string directory)
    {
        var replaced = Array.Find(Watchers, watcher => watcher.Watch == watch).Directory;
        Watchers = [.. Watchers.Where(watcher => watcher.Watch != watch), (watch, directory)];
        _files = null;
        return replaced == directory ? null : replaced;
    }

    /// <summary>One flow less; true when it was the last one.</summary>
    public bool Leave(LinuxDirectoryWatch watch)
    {
        Watchers = Array.FindAll(Watchers, watcher => watcher.Watch != watch);
        _files = null;
        return Watchers.Length == 0;
    }

    /// <summary>
    /// Who is told of writes to a file: of several flows those whose patterns name it, so that a thousand flows with a file each in one
    /// directory cost no more than in a directory each.
    /// </summary>
    public WrittenFile FileCalled(ReadOnlySpan<char> name)
    {
        _files ??= new(StringComparer.Ordinal);
        var files = _files.GetAlternateLookup<ReadOnlySpan<char>>();
        if (files.TryGetValue(name, out var known))
        {
            return known;
        }

        var all = new (LinuxDirectoryWatch Watch, string Path)[Watchers.Length];
        for (var index = 0; index < all.Length; index++)
        {
            var (watch, directory) = Watchers[index];
            all[index] = (watch, index > 0 && directory == Watchers[index - 1].Directory ? all[index - 1].Path : PathOf(directory, name));
        }

        var named = all.Length == 1 ? all : Array.FindAll(all, receiver => receiver.Watch.IsNamed(receiver.Path));
        if (_files.Count >= MostFiles)
        {
            _files.Clear();
        }

        return files[name] = named.Length > 0 ? new WrittenFile(named, IsNamed: true) : new WrittenFile(all, IsNamed: false);
    }
}

/// <summary>A file that was written to.</summary>
/// <param name="Receivers">Who is told, each with the path it knows.</param>
/// <param name="IsNamed">False when no pattern names it: then it wakes nobody, and only that it was closed is of interest.</param>
internal readonly record struct WrittenFile((LinuxDirectoryWatch Watch, string Path)[] Receivers, bool IsNamed);
