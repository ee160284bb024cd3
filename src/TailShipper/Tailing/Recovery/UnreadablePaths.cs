using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Paths that one search for missing streams could not read; a stream, or a longer copy of it, may be among them.</summary>
/// <param name="wait">How long a stream waits for them before it continues in what can be read.</param>
/// <param name="time">The clock.</param>
internal sealed class UnreadablePaths(TimeSpan wait, TimeProvider time)
{
    private LazyMap<string, string> _unavailable;
    private LazyMap<string, long> _unseen;
    private LazySet<string> _away;

    /// <summary>What could not be accessed, with the OS error message.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _unavailable.Items;

    /// <summary>Forgets the search before.</summary>
    public void Begin()
    {
        _unavailable.Clear();
        _unseen.Clear();
        _away.Clear();
    }

    /// <summary>Notes that a file could not be accessed.</summary>
    /// <param name="path">Which.</param>
    /// <param name="status">Anything but <see cref="PathStatus.Unavailable"/> is not noted.</param>
    /// <param name="reason">The OS error message.</param>
    /// <param name="stat">How it looked, where that is known: what is small and at rest holds no more than that of anything.</param>
    public void Add(string path, PathStatus status, string? reason, FileStat? stat = null)
    {
        if (status == PathStatus.Unavailable)
        {
            var size = stat is { } known && time.GetUtcNow().UtcTicks - known.ModifiedTicks >= wait.Ticks ? known.Size : long.MaxValue;
            Add(path, reason, Path.GetDirectoryName(path) ?? "", size);
        }
    }

    /// <summary>Notes how the listing of a directory went.</summary>
    public void Listed(string directory, Listing listing)
    {
        if (listing.Status == PathStatus.Unavailable)
        {
            Add(directory, listing.Reason, directory, long.MaxValue);
        }
        else if (listing.Status != PathStatus.File)
        {
            _away.Add(directory);
        }
    }

    /// <summary>
    /// True when something could not be accessed, where this stream's file is searched for, that may hold more of it than
    /// <paramref name="size"/> bytes.
    /// </summary>
    public bool MayContainMoreThan(TailedStream stream, long size) => IsAway(stream)
        || SiblingSearch.DirectoriesOf(stream).Any(directory => _unseen.TryGetValue(directory, out var largest) && largest > size);

    /// <summary>True when the directory of this stream's file is not there: unmounted, perhaps, or moved away for a while.</summary>
    public bool IsAway(TailedStream stream) => _away.Contains(SiblingSearch.DirectoryOf(stream));

    /// <summary>
    /// True, for a while, when a longer copy than one of <paramref name="size"/> bytes may be among what could not be read. A
    /// stream that continues in the shorter one anyway is searched for again once that is read.
    /// </summary>
    public bool ShouldWaitForLongerCopy(TailedStream stream, long size)
    {
        if (!MayContainMoreThan(stream, size))
        {
            stream.End(ConditionKind.LongerCopyPossible);
            stream.NoteMayBeLonger(false);
            return false;
        }

        var since = stream.StartOrKeep(ConditionKind.LongerCopyPossible, time.GetTimestamp());

        // Taken up in a copy that ends before what was seen of it the stream would lose the rest, which is surely somewhere else or gone.
        // One that was read to the end of the copy has time.
        var isRead = stream.MayBeLonger && size <= stream.Size;
        var isOver = time.GetElapsedTime(since) >= (size < stream.Size || isRead ? LossAccount.Timeout : wait);
        if (isOver)
        {
            stream.NoteMayBeLonger(!isRead);
        }

        return !isOver;
    }

    private void Add(string path, string? reason, string directory, long size)
    {
        _unseen.Set(directory, Math.Max(size, _unseen.GetValueOrDefault(directory)));
        _unavailable.TryAdd(path, reason ?? "unknown reason");
    }
}
