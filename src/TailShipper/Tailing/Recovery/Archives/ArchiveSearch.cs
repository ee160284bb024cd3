using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>
/// Looks for streams that are not finished and whose file is gone in the gzip files beside it: a rotation compressed the rest
/// before it was read. Compressed files are never tailed themselves.
/// </summary>
/// <remarks>
/// A scan decompresses a bounded stretch; what is not decided continues in the next. Of each file the first bytes are read, and no
/// more when they are not those of a stream that is searched for. Memory is bounded by <see cref="MostOpen"/> files.
/// </remarks>
internal sealed class ArchiveSearch(TailingSettings settings, IFileSystem files, StreamTable streams, TimeProvider time, ILogger logger)
    : ILostStreamSource
{
    /// <summary>Gzip files of a flow that are read at once.</summary>
    public const int MostOpen = 4;

    private const long BytesPerScan = 16 * 1024 * 1024;
    private const int HeadsPerScan = 256;

    private readonly ArchiveCache _cache = new(settings, files, time, logger);
    private LazyMap<TailedStream, ArchiveJob> _found;
    private LazySet<TailedStream> _undecided;
    private LazySet<TailedStream> _written;
    private ArchiveJob? _job;

    /// <summary>True when there is more to decompress: the next scan should not wait long.</summary>
    public bool IsUnderWay { get; private set; }

    private bool HasRoom => streams.Live.Count(stream => stream.Handle is GzipFile) < MostOpen;

    /// <summary>True as long as a gzip file that may hold it was not read to its end, or is still being written.</summary>
    public bool IsUndecided(TailedStream stream) => _undecided.Contains(stream) || _written.Contains(stream);

    /// <summary>True when a gzip file holds, or may hold, more of it than a plain file of <paramref name="size"/> bytes.</summary>
    public bool MayHoldMore(TailedStream stream, long size) =>
        _undecided.Contains(stream)
        || (_written.Contains(stream)
            && (stream.Since(ConditionKind.SearchIncomplete) is not { } since || time.GetElapsedTime(since) < LossAccount.Timeout))
        || (_found.TryGetValue(stream, out var found) && found.Length > size);

    /// <summary>Continues the search for streams without an open file. Blocks no longer than decompressing 16 MiB takes.</summary>
    public void Search(IReadOnlyList<TailedStream> wanted, UnreadablePaths unreadable)
    {
        _cache.Begin(unreadable);
        _undecided.Clear();
        _written.Clear();
        IsUnderWay = false;
        if (wanted.Count == 0)
        {
            Forget();
            return;
        }

        var (budget, heads) = (BytesPerScan, HeadsPerScan);
        Step(ref budget);
        foreach (var group in wanted
            .SelectMany(stream => SiblingSearch.DirectoriesOf(stream).Select(directory => (directory, stream)))
            .GroupBy(place => place.directory, place => place.stream).ToList())
        {
            var here = group.ToList();
            foreach (var (path, stat) in _cache.List(group.Key))
            {
                Examine(path, stat, here, ref budget, ref heads);
            }
        }

        // When as many are open as may be, they are read first.
        IsUnderWay = _job is not null || _found.Count > 0 || (_undecided.Count > 0 && HasRoom);
    }

    /// <inheritdoc/>
    public void TakeFound(Action<TailedStream, OpenedFile> found)
    {
        foreach (var (stream, job) in _found.Items.ToList())
        {
            if (stream.Handle is null && _undecided.Contains(stream) && _found.Count < MostOpen)
            {
                continue;
            }

            _found.Remove(stream);
            try
            {
                if (stream.Handle is null && streams.ByFile(job.Compressed.Id) is not { Handle: not null })
                {
                    found(stream, new OpenedFile(job.Path, job.File, job.File.Stat()));
                    continue;
                }
            }
            catch (IOException)
            {
                _cache.Forget(job.Compressed.Id); // written to, or inaccessible: the next scan asks again
            }

            job.Close();
        }
    }

    /// <inheritdoc/>
    public string? UnsupportedBeside(TailedStream stream)
    {
        var directory = SiblingSearch.DirectoryOf(stream);
        var stem = Path.GetFileName(stream.Path).Split('.', '-')[0];
        var (latest, modified) = ((string?)null, long.MinValue);
        foreach (var entry in files.List(directory).Entries)
        {
            var path = Path.Join(directory, entry.Name);
            if (!entry.IsDirectory && ArchiveNames.IsUnsupported(path) && entry.Name.StartsWith(stem, StringComparison.Ordinal)
                && files.Stat(path) is { Status: PathStatus.File } found && found.Stat.ModifiedTicks > modified)
            {
                (latest, modified) = (path, found.Stat.ModifiedTicks);
            }
        }

        return latest;
    }

    private void Examine(string path, FileStat stat, List<TailedStream> wanted, ref long budget, ref int heads)
    {
        if (IsTaken(stat, wanted) || _found.Items.Values.Any(found => found.Compressed.Id == stat.Id))
        {
            return;
        }

        var memory = _cache.Recall(stat);
        var isWritten = !_cache.IsStable(memory, stat);
        if (memory.Head is null && !memory.IsUnusable)
        {
            if (heads-- <= 0 || !_cache.TryReadHead(path, stat, memory, isWritten))
            {
                (isWritten ? ref _written : ref _undecided).UnionWith(wanted);
                return;
            }
        }

        var candidates = wanted.Where(stream => stream.Handle is null && memory.MayHold(stream)).ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        if (isWritten)
        {
            _written.UnionWith(candidates);
            return;
        }

        if (_job is null && HasRoom && _cache.Open(path, stat) is { } file)
        {
            _job = new ArchiveJob(path, file, stat, memory, candidates);
            Step(ref budget);
        }

        _undecided.UnionWith(candidates.Where(stream => memory.MayHold(stream)
            && !(_found.TryGetValue(stream, out var found) && found.Compressed.Id == stat.Id)));
    }

    /// <summary>True for a file that belongs to another stream: being read, or read to its end before.</summary>
    private bool IsTaken(FileStat stat, List<TailedStream> wanted) => streams.ByFile(stat.Id) is { } known
        && (known.Handle is not null || (!wanted.Contains(known) && known.Generation == stat.Generation && stat.Generation != 0));

    private void Step(ref long budget)
    {
        if (_job is not { } job)
        {
            return;
        }

        try
        {
            if (!job.TryFinish(ref budget))
            {
                _undecided.UnionWith(job.Candidates.Where(stream => stream.Handle is null));
                return;
            }

            _job = null;
            if (job.Owner is not { Handle: null } owner || (_found.TryGetValue(owner, out var other) && other.Length >= job.Length))
            {
                if (job.Owner is { } loser)
                {
                    job.Memory.Reject(loser);
                }

                job.Close();
                return;
            }

            if (other is not null)
            {
                other.Memory.Reject(owner);
                other.Close();
            }

            _found.Set(owner, job);
        }
        catch (IOException exception)
        {
            _cache.Fail(job.Path, job.Compressed, job.Memory, exception);
            _job = null;
            job.Close();
        }
    }

    private void Forget()
    {
        _job?.Close();
        _job = null;
        foreach (var found in _found.Items.Values)
        {
            found.Close();
        }

        _found.Clear();
        _cache.Clear();
    }
}
