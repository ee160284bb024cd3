using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>The gzip files of a directory, and what is remembered of each.</summary>
internal sealed class ArchiveCache(TailingSettings settings, IFileSystem files, TimeProvider time, ILogger logger)
{
    private const int MostReported = 1024;

    private LazyMap<FileId, ArchiveCacheEntry> _memories;
    private LazySet<(FileId File, long ModifiedTicks)> _reported;
    private UnreadablePaths? _unreadable;

    /// <summary>Begins a search; <paramref name="unreadable"/> note what cannot be accessed.</summary>
    public void Begin(UnreadablePaths unreadable) => _unreadable = unreadable;

    /// <summary>The gzip files that lie directly in <paramref name="directory"/>.</summary>
    public IEnumerable<(string Path, FileStat Stat)> List(string directory)
    {
        var listing = files.List(directory);
        _unreadable?.Add(Path.Join(directory, "*.gz"), listing.Status, listing.Reason);
        foreach (var entry in listing.Entries)
        {
            var path = Path.Join(directory, entry.Name);
            if (entry.IsDirectory || !ArchiveNames.IsGzip(path))
            {
                continue;
            }

            var found = files.Stat(path);
            if (found.Status == PathStatus.File)
            {
                yield return (path, found.Stat);
            }
            else
            {
                _unreadable?.Add(path, found.Status, found.Reason);
            }
        }
    }

    /// <summary>What is remembered of a file in this state.</summary>
    public ArchiveCacheEntry Recall(FileStat stat)
    {
        if (!_memories.TryGetValue(stat.Id, out var memory) || !memory.Describes(stat))
        {
            memory = new ArchiveCacheEntry(stat, time.GetTimestamp());
            _memories.Set(stat.Id, memory);
        }

        return memory;
    }

    /// <summary>True when nobody writes to it: its time is long past, or it was seen unchanged for as long.</summary>
    public bool IsStable(ArchiveCacheEntry memory, FileStat stat) =>
        time.GetUtcNow().Ticks - stat.ModifiedTicks >= settings.RotateWait.Ticks
            || time.GetElapsedTime(memory.Since) >= settings.RotateWait;

    /// <summary>Notes the first bytes of its content; false when that has to be tried again.</summary>
    public bool TryReadHead(string path, FileStat stat, ArchiveCacheEntry memory, bool isWritten)
    {
        using var file = Open(path, stat);
        if (file is null)
        {
            return false;
        }

        try
        {
            memory.Head = file.Head;
            return true;
        }
        catch (ArchiveUnusableException) when (isWritten)
        {
            return false;
        }
        catch (IOException exception)
        {
            Fail(path, stat, memory, exception);
            return memory.IsUnusable;
        }
    }

    /// <summary>Opens it; null when it cannot be accessed, or is not what it was any more.</summary>
    public GzipFile? Open(string path, FileStat expected)
    {
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            _unreadable?.Add(path, attempt.Status, attempt.Reason);
            return null;
        }

        if (attempt.Stat.Id == expected.Id && attempt.Stat.Size == expected.Size && attempt.Stat.ModifiedTicks == expected.ModifiedTicks)
        {
            return new GzipFile(file, expected);
        }

        file.Dispose(); // renamed or written to just now: the next scan sees it as it is
        return null;
    }

    /// <summary>Notes that reading it failed.</summary>
    public void Fail(string path, FileStat stat, ArchiveCacheEntry memory, IOException exception)
    {
        if (exception is not ArchiveUnusableException)
        {
            _unreadable?.Add(path, PathStatus.Unavailable, exception.Message);
            return;
        }

        memory.IsUnusable = true;
        if (_reported.Count < MostReported && _reported.Add((stat.Id, stat.ModifiedTicks)))
        {
            TailingLog.ArchiveUnusable(logger, settings.Flow, path, exception.Message);
        }
    }

    /// <summary>Forgets one.</summary>
    public void Forget(FileId file) => _memories.Remove(file);

    /// <summary>Forgets all.</summary>
    public void Clear() => _memories.Clear();
}

/// <summary>What is known of one gzip file as long as it is not written to, so that it is not decompressed in every scan.</summary>
/// <param name="stat">Its state; once that is another, everything is forgotten.</param>
/// <param name="since">Timestamp at which it was first seen like this.</param>
internal sealed class ArchiveCacheEntry(FileStat stat, long since)
{
    private readonly HashSet<(StreamId Stream, long Offset)> _rejected = [];

    /// <summary>Timestamp at which it was first seen as it is.</summary>
    public long Since => since;

    /// <summary>The first bytes of its content; null while they were not read.</summary>
    public byte[]? Head { get; set; }

    /// <summary>True when it cannot be read, however often it is tried.</summary>
    public bool IsUnusable { get; set; }

    /// <summary>True when this is what was seen before.</summary>
    public bool Describes(FileStat seen) =>
        stat.Size == seen.Size && stat.ModifiedTicks == seen.ModifiedTicks && stat.Generation == seen.Generation;

    /// <summary>Notes that it does not hold a stream, or not the longest of it.</summary>
    public void Reject(TailedStream stream) => _rejected.Add((stream.Id, stream.Position));

    /// <summary>True when its first bytes are those of a stream that it was not yet found not to hold.</summary>
    public bool MayHold(TailedStream stream)
    {
        if (IsUnusable || Head is not { } head || _rejected.Contains((stream.Id, stream.Position)))
        {
            return false;
        }

        // See FileIdentity.IsKnownByTail: what stands behind the position may have been half a line.
        var expected = stream.Identity.IsKnownByTail ? stream.Tail : stream.Head;
        return expected.Length > 0 && expected.Length <= head.Length && Fingerprint.Of(head.AsSpan(0, expected.Length)) == expected;
    }
}
