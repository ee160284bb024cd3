using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// One flow's part of <see cref="LinuxDirectoryWatches"/>: the directories that it watches, and what was reported in them since it last
/// asked. Owned by the flow's loop; what others touch is guarded by the lock of the watches.
/// </summary>
internal sealed class LinuxDirectoryWatch(
    LinuxDirectoryWatches watches, string flow, Action wake, Func<string, bool> isNamed, ILogger logger) : IDirectoryWatch
{
    private readonly Dictionary<string, DirectoryEntries> _directories = new(StringComparer.Ordinal);
    private readonly Reported _taken = new();

    // First halves of renames: the second half bears the same cookie, and may come with the next events only. Null before the first.
    private List<(uint Cookie, string Path, bool IsDirectory, int Read)>? _movedFrom;
    private int _reads;
    private ArmedFor _armed;

    /// <summary>The flow.</summary>
    public string Flow => flow;

    /// <summary>Its log.</summary>
    public ILogger Logger => logger;

    /// <inheritdoc/>
    public int Version { get; private set; }

    /// <summary>What was reported and not taken yet. Guarded by the lock of the watches.</summary>
    internal Reported Pending { get; } = new();

    /// <inheritdoc/>
    public void SetDirectories(IReadOnlyCollection<string> directories)
    {
        foreach (var directory in directories)
        {
            AddDirectory(directory);
        }

        if (_directories.Count > directories.Count || directories.Any(directory => !_directories.ContainsKey(directory)))
        {
            var wanted = directories.ToHashSet(StringComparer.Ordinal);
            foreach (var directory in _directories.Keys.Where(directory => !wanted.Contains(directory)).ToList())
            {
                Forget(directory);
            }
        }
    }

    /// <inheritdoc/>
    public void AddDirectory(string directory)
    {
        if (!_directories.ContainsKey(directory) && watches.Add(this, directory, out var replaced) is { } entries)
        {
            if (replaced is not null)
            {
                _directories.Remove(replaced);
            }

            _directories[directory] = entries;
            Version++;
        }
    }

    /// <inheritdoc/>
    public bool ReportsWritesIn(string directory) => _directories.TryGetValue(directory, out var entries) && entries.Writes.ReportsAll;

    /// <inheritdoc/>
    public bool ReportsNamesIn(string directory) => ReportsWritesIn(directory);

    /// <inheritdoc/>
    public WatchEvents ReadEvents(IWatchListener listener)
    {
        _reads++;
        watches.Take(this, _taken);
        if (_taken.IsEmpty && _movedFrom is not { Count: > 0 })
        {
            return WatchEvents.None;
        }

        var news = WatchEvents.None;
        if (_taken.IsOverflow)
        {
            TailingLog.WatchOverflowed(logger, flow);
            _movedFrom?.Clear();
            news |= WatchEvents.Overflow;
        }

        foreach (var directory in _taken.IsEveryDirectoryInDoubt ? [.. _directories.Keys] : _taken.Gone)
        {
            Forget(directory);
            news |= WatchEvents.Names;
        }

        foreach (var reported in _taken.Names)
        {
            news |= WatchEvents.Names;
            if (reported.Path.Length > 0)
            {
                NoteName(reported, listener);
            }
        }

        EndMoves(move => move.Read < _reads, listener);
        foreach (var (path, isClosed) in _taken.Writes)
        {
            news |= WatchEvents.Written;
            listener.Written(path, isClosed);
        }

        _taken.Clear();
        return news;
    }

    /// <inheritdoc/>
    public void WakeOnNextEvent(bool namesOnly = false) => watches.Arm(this, namesOnly);

    /// <inheritdoc/>
    public void Dispose()
    {
        watches.Close(this, _directories.Values);
        _directories.Clear();
    }

    /// <summary>True when the flow's patterns name a path. Safe from any thread.</summary>
    internal bool IsNamed(string path) => isNamed(path);

    /// <summary>What it is to be woken for.</summary>
    internal ArmedFor Armed => _armed;

    /// <summary>Notes what to wake for, or wakes at once.</summary>
    internal void Arm(bool namesOnly)
    {
        var wanted = namesOnly ? ArmedFor.Names : ArmedFor.Writes;
        _armed = _armed > wanted ? _armed : wanted;
        if (Pending.Concerns(_armed))
        {
            WakeIf(ArmedFor.Names);
        }
    }

    /// <summary>Wakes the flow, if it is to be woken for that; true when it was, and is not armed any more.</summary>
    internal bool WakeIf(ArmedFor what)
    {
        if (_armed < what)
        {
            return false;
        }

        _armed = ArmedFor.Nothing;
        wake();
        return true;
    }

    private void Forget(string directory)
    {
        if (_directories.Remove(directory, out var entries))
        {
            watches.Leave(this, entries);
            Version++;
        }
    }

    private void NoteName(NameEvent reported, IWatchListener listener)
    {
        var (mask, cookie, path) = reported;
        var isDirectory = (mask & InotifyEvents.OfDirectory) != 0;
        if ((mask & InotifyEvents.MovedTo) != 0 && _movedFrom?.FindIndex(move => move.Cookie == cookie) is >= 0 and var index)
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
            (_movedFrom ??= []).Add((cookie, path, isDirectory, _reads));
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
        if (_movedFrom is not { Count: > 0 } moves)
        {
            return;
        }

        foreach (var move in moves.FindAll(isOver))
        {
            moves.Remove(move);
            listener.Vanished(move.Path, move.IsDirectory);
        }
    }
}

/// <summary>A name that came, went or changed.</summary>
/// <param name="Mask">What happened.</param>
/// <param name="Cookie">The same for both halves of a rename.</param>
/// <param name="Path">Where; empty for the directory itself.</param>
internal readonly record struct NameEvent(InotifyEvents Mask, uint Cookie, string Path);

/// <summary>
/// What was reported for one flow, in bounded memory: beyond that nothing is kept but that there was more. Writes to one file are merged.
/// </summary>
internal sealed class Reported
{
    /// <summary>Names, and files written to, that are kept for one flow: half of what the kernel keeps for a whole instance.</summary>
    public const int Most = 8192;

    // What a burst took is given back.
    private const int Kept = 32;

    private List<NameEvent>? _names;
    private Dictionary<string, bool>? _writes;
    private List<string>? _gone;

    /// <summary>Names, in order.</summary>
    public IReadOnlyList<NameEvent> Names => _names ?? [];

    /// <summary>Files written to, and whether they were closed last.</summary>
    public IReadOnlyDictionary<string, bool> Writes => _writes ?? [];

    /// <summary>Directories that are watched no longer.</summary>
    public IReadOnlyList<string> Gone => _gone ?? [];

    /// <summary>True when there was more than is kept.</summary>
    public bool IsOverflow { get; private set; }

    /// <summary>True when it was the kernel that lost something: also that a directory is gone.</summary>
    public bool IsEveryDirectoryInDoubt { get; private set; }

    /// <summary>True when nothing was reported.</summary>
    public bool IsEmpty => !IsOverflow && _names is null or { Count: 0 } && _writes is null or { Count: 0 } && _gone is null;

    /// <summary>True when a flow that waits for <paramref name="what"/> is to be woken.</summary>
    public bool Concerns(ArmedFor what) =>
        IsOverflow || _names is { Count: > 0 } || _gone is not null || (what == ArmedFor.Writes && _writes is { Count: > 0 });

    /// <summary>Adds a name.</summary>
    public void AddName(NameEvent reported)
    {
        if (!IsOverflow)
        {
            (_names ??= []).Add(reported);
            if (_names.Count > Most)
            {
                Lose(everyDirectory: false);
            }
        }
    }

    /// <summary>Adds a write.</summary>
    public void AddWrite(string path, bool isClosed)
    {
        if (!IsOverflow)
        {
            (_writes ??= new(StringComparer.Ordinal))[path] = isClosed;
            if (_writes.Count > Most)
            {
                Lose(everyDirectory: false);
            }
        }
    }

    /// <summary>Adds a directory that is watched no longer.</summary>
    public void AddGone(string directory)
    {
        _gone ??= [];
        if (!_gone.Contains(directory))
        {
            _gone.Add(directory);
        }
    }

    /// <summary>Something was lost.</summary>
    public void Lose(bool everyDirectory)
    {
        IsOverflow = true;
        IsEveryDirectoryInDoubt |= everyDirectory;
        (_names, _writes) = (null, null);
    }

    /// <summary>Moves everything to another one, which is empty.</summary>
    public void MoveTo(Reported other)
    {
        if (!IsEmpty)
        {
            (_names, other._names) = (other._names, _names);
            (_writes, other._writes) = (other._writes, _writes);
            (_gone, other._gone) = (null, _gone);
            (other.IsOverflow, other.IsEveryDirectoryInDoubt) = (IsOverflow, IsEveryDirectoryInDoubt);
            (IsOverflow, IsEveryDirectoryInDoubt) = (false, false);
        }
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _names?.Clear();
        _writes?.Clear();
        _names = _names?.Capacity > Kept ? null : _names;
        _writes = _writes?.Capacity > Kept ? null : _writes;
        _gone = null;
        (IsOverflow, IsEveryDirectoryInDoubt) = (false, false);
    }
}
