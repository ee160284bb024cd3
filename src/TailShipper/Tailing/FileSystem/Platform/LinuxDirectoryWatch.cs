using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// inotify(7). The kernel keeps the events, and merges equal ones in a row, until the flow takes them; a thread of its own
/// only waits for the first one while the flow sleeps.
/// </summary>
internal sealed class LinuxDirectoryWatch : IDirectoryWatch
{
    private const int HeaderBytes = 16;

    private readonly string _flow;
    private readonly ILogger _logger;
    private readonly InotifyWaiter? _waiter;
    private readonly SafeFileHandle? _queue;
    private readonly Dictionary<int, string> _directories = [];
    private readonly Dictionary<string, (int Descriptor, bool ReportsWrites)> _watches = new(StringComparer.Ordinal);
    private readonly byte[] _events = new byte[64 * 1024];
    private readonly char[] _path = new char[8192];
    private bool _complained;

    /// <summary>A watch that calls <paramref name="wake"/> from its own thread.</summary>
    public LinuxDirectoryWatch(string flow, Action wake, ILogger logger)
    {
        (_flow, _logger) = (flow, logger);
        _queue = LinuxInotify.TryCreate(out var error);
        if (_queue is null)
        {
            Complain("the patterns", error);
            return;
        }

        _waiter = InotifyWaiter.TryStart(_queue, wake, $"watch of {flow}");
    }

    /// <inheritdoc/>
    public int Version { get; private set; }

    /// <inheritdoc/>
    public void SetDirectories(IReadOnlyCollection<string> directories)
    {
        if (_queue is null || _waiter is null)
        {
            return;
        }

        foreach (var directory in directories)
        {
            if (!_watches.ContainsKey(directory))
            {
                Add(directory);
            }
        }

        if (_watches.Count > directories.Count)
        {
            var wanted = directories.ToHashSet(StringComparer.Ordinal);
            foreach (var directory in _watches.Keys.Where(directory => !wanted.Contains(directory)).ToList())
            {
                var (descriptor, _) = _watches[directory];
                LinuxInotify.Remove(_queue, descriptor);
                Forget(descriptor);
            }
        }
    }

    /// <inheritdoc/>
    public bool ReportsWritesIn(string directory) => _watches.TryGetValue(directory, out var watch) && watch.ReportsWrites;

    /// <inheritdoc/>
    public WatchEvents ReadEvents(PathWritten written)
    {
        var news = WatchEvents.None;
        if (_queue is null || _waiter is null)
        {
            return news;
        }

        // One buffer full at a time: whoever writes faster than that is read when it is due.
        var count = LinuxInotify.Read(_queue, _events);
        for (var at = 0; at + HeaderBytes <= count;)
        {
            var descriptor = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at));
            var mask = (InotifyEvents)BinaryPrimitives.ReadUInt32LittleEndian(_events.AsSpan(at + 4));
            var length = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(at + 12));
            news |= Note(descriptor, mask, _events.AsSpan(at + HeaderBytes, length), written);
            at += HeaderBytes + length;
        }

        return news;
    }

    /// <inheritdoc/>
    public void WakeOnNextEvent() => _waiter?.WakeOnNextEvent();

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiter?.Dispose();
        _queue?.Dispose();
    }

    private WatchEvents Note(int descriptor, InotifyEvents mask, ReadOnlySpan<byte> name, PathWritten written)
    {
        if ((mask & InotifyEvents.Overflow) != 0)
        {
            TailingLog.WatchOverflowed(_logger, _flow);
            return WatchEvents.Overflow;
        }

        if (!_directories.TryGetValue(descriptor, out var directory))
        {
            return WatchEvents.None; // of a watch taken away since
        }

        if ((mask & (InotifyEvents.Ignored | InotifyEvents.Unmounted)) != 0)
        {
            Forget(descriptor);
            return WatchEvents.Names;
        }

        if ((mask & (InotifyEvents.Modified | InotifyEvents.Closed)) != 0 && (mask & InotifyEvents.OfDirectory) == 0)
        {
            var end = name.IndexOf((byte)0);
            name = end < 0 ? name : name[..end];
            if (directory.Length + 1 + name.Length <= _path.Length)
            {
                directory.CopyTo(_path);
                var length = directory.Length;
                if (!directory.EndsWith('/'))
                {
                    _path[length++] = '/';
                }

                length += Encoding.UTF8.GetChars(name, _path.AsSpan(length));
                written(_path.AsSpan(0, length), isClosed: (mask & InotifyEvents.Closed) != 0);
            }

            return WatchEvents.Written;
        }

        return WatchEvents.Names;
    }

    private void Add(string directory)
    {
        var descriptor = LinuxInotify.Add(_queue!, directory, out var error);
        if (descriptor < 0)
        {
            if (error is not LinuxInotify.NoSuchEntry and not LinuxInotify.NotADirectory)
            {
                Complain(directory, error);
            }

            return;
        }

        if (_directories.TryGetValue(descriptor, out var other))
        {
            _watches.Remove(other); // two paths to one directory: events bear one of them
        }

        _directories[descriptor] = directory;
        _watches[directory] = (descriptor, LinuxInotify.ReportsAllWrites(directory));
        Version++;
    }

    private void Forget(int descriptor)
    {
        if (_directories.Remove(descriptor, out var directory))
        {
            _watches.Remove(directory);
            Version++;
        }
    }

    private void Complain(string what, int error)
    {
        if (!_complained)
        {
            _complained = true;
            TailingLog.Unwatched(_logger, _flow, what, Marshal.GetPInvokeErrorMessage(error), LinuxInotify.Remedy(error));
        }
    }
}
