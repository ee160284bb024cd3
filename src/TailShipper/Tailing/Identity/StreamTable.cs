using System.Diagnostics.CodeAnalysis;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Reading;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>The streams of one flow, found by number, inode or head.</summary>
internal sealed class StreamTable : IOpenFiles, IRecordOrigins
{
    private readonly Dictionary<StreamId, TailedStream> _all = [];
    private readonly Dictionary<FileId, TailedStream> _byFile = [];
    private readonly List<TailedStream> _live = new(1);
    private LazySet<TailedStream> _evicted;
    private LazyMap<string, TailedStream> _replaced;
    private LazyList<StreamId> _forgotten;

    // Thousands are opened at the start, and a few afterwards: null when empty.
    private Queue<TailedStream>? _opened;
    private Queue<TailedStream>? _unplaced;
    private bool _places;

    /// <summary>A table without streams.</summary>
    public StreamTable() => Closed = new(_all.Values);

    /// <summary>Every stream not forgotten.</summary>
    public IReadOnlyCollection<TailedStream> All => _all.Values;

    /// <summary>Streams with an open file.</summary>
    public IReadOnlyList<TailedStream> Live => _live;

    /// <summary>Streams whose file was closed for want of descriptors only.</summary>
    public IReadOnlyCollection<TailedStream> Evicted => _evicted.Items;

    /// <summary>Streams without an open file, found by what a file begins with.</summary>
    public ClosedStreams Closed { get; }

    /// <summary>Streams with an open file, or evicted ones, found by what a file begins with; see <see cref="TryTakeUnplaced"/>.</summary>
    public HeadTrie Heads { get; } = new();

    /// <summary>Rises with every stream that comes, goes, is opened or closed, or changes its file.</summary>
    public int Version { get; private set; }

    /// <summary>Takes one stream that was opened since the last time; it may be closed again.</summary>
    public bool TryTakeOpened([NotNullWhen(true)] out TailedStream? stream)
    {
        if (TryTake(ref _opened, out stream))
        {
            return true;
        }

        _all.Fit();
        _byFile.Fit();
        return false;
    }

    /// <summary>True while streams that were opened have no place among <see cref="Heads"/> yet.</summary>
    public bool HasUnplaced => _unplaced is { Count: > 0 } || (!_places && _live.Count > 0);

    /// <summary>Takes one of them, to place it; it may be closed again.</summary>
    public bool TryTakeUnplaced([NotNullWhen(true)] out TailedStream? stream)
    {
        if (!_places)
        {
            _places = true; // not before somebody asks: thousands are opened at the start, and there may never be another file
            _live.ForEach(open => (_unplaced ??= new()).Enqueue(open));
        }

        return TryTake(ref _unplaced, out stream);
    }

    private static bool TryTake(ref Queue<TailedStream>? queue, [NotNullWhen(true)] out TailedStream? stream)
    {
        stream = null;
        if (queue?.TryDequeue(out stream) == true)
        {
            return true;
        }

        queue = null;
        return false;
    }

    /// <summary>Has a stream placed again: more of its file is known, or it could not be placed.</summary>
    public void PlaceAgain(TailedStream stream)
    {
        Heads.Remove(stream);
        (_unplaced ??= new()).Enqueue(stream);
    }

    /// <summary>Takes up what the journal remembers.</summary>
    public void Restore(IReadOnlyList<StreamCheckpoint> known)
    {
        _all.EnsureCapacity(known.Count);
        _byFile.EnsureCapacity(known.Count);
        foreach (var checkpoint in known)
        {
            if (checkpoint.State != StreamState.Superseded)
            {
                Add(new TailedStream(checkpoint));
            }
        }

        foreach (var copy in known)
        {
            // A copy is always younger: two that are said to be copies of each other would have no end.
            if (copy.CopyOf != default && copy.CopyOf.Number < copy.Stream.Number
                && ById(copy.Stream) is { } stream && ById(copy.CopyOf) is { } origin)
            {
                stream.NoteCopyOf(origin);
            }
        }
    }

    /// <summary>Adds a stream; of two with one inode the later keeps it, the other is displaced.</summary>
    public void Add(TailedStream stream)
    {
        Version++;
        _all[stream.Id] = stream;
        if (!stream.Orphaned && stream.State != StreamState.Superseded)
        {
            if (_byFile.TryGetValue(stream.File, out var holder) && holder.Id.Number > stream.Id.Number)
            {
                stream.MarkOrphaned();
            }
            else
            {
                Hold(stream, stream.File);
            }
        }

        if (stream.Handle is not null)
        {
            AddOpen(stream);
        }
        else if (stream.State != StreamState.Superseded)
        {
            Closed.Add(stream);
        }
    }

    /// <summary>The stream that holds <paramref name="file"/>, as far as is known; null when none.</summary>
    public TailedStream? ByFile(FileId file) => _byFile.GetValueOrDefault(file);

    /// <inheritdoc/>
    public bool IsOpen(FileId file) => ByFile(file) is { Handle: not null };

    /// <inheritdoc/>
    public bool IsKnown(FileId file) => ByFile(file) is not null;

    /// <summary>Forgets which files were replaced.</summary>
    public void ForgetReplaced() => _replaced.Clear();

    /// <summary>Notes that the path of a stream leads to another file, while its own has no name any more.</summary>
    public void NoteReplaced(string path, TailedStream stream)
    {
        if (!_replaced.TryGetValue(path, out var other) || other.Id.Number < stream.Id.Number)
        {
            _replaced.Set(path, stream);
        }
    }

    /// <summary>The stream with an open file that a file at <paramref name="path"/> replaced; null when none.</summary>
    public TailedStream? ReplacedAt(string path) => _replaced.GetValueOrDefault(path) is { Handle: not null } stream ? stream : null;

    /// <summary>The stream with this number; null when forgotten.</summary>
    public TailedStream? ById(StreamId id) => _all.GetValueOrDefault(id);

    /// <inheritdoc/>
    public RecordSource Of(StreamId stream, bool withHeader) => ById(stream) is { } known
        ? new RecordSource(known.Path, known.Source, withHeader ? known.Header : null)
        : new RecordSource("", stream, null);

    /// <summary>Gives a stream its open file, under the inode that file has.</summary>
    public void Open(TailedStream stream, ITailedFile handle, FileStat stat)
    {
        if (stream.Handle is null)
        {
            AddOpen(stream);
        }

        _evicted.Remove(stream);
        stream.Attach(handle);
        Rename(stream, stat);
    }

    /// <summary>Gives an open stream another file; the caller owns the one it had.</summary>
    public ITailedFile Exchange(TailedStream stream, ITailedFile handle, FileStat stat)
    {
        var before = stream.Detach()!;
        stream.Attach(handle);
        Rename(stream, stat);
        (_opened ??= new()).Enqueue(stream); // it may have been idle for long
        return before;
    }

    /// <summary>Notes that a stream's content is in another file than before.</summary>
    public void Rename(TailedStream stream, FileStat stat)
    {
        Version++;
        Unlink(stream);
        stream.Assign(stat);
        Hold(stream, stat.Id);
    }

    /// <summary>Closes its file; the stream stays known by its inode.</summary>
    public void Close(TailedStream stream)
    {
        stream.Detach()?.Dispose();
        RemoveOpen(stream);
    }

    /// <summary>Closes its file for a while; descriptors are short.</summary>
    public void Evict(TailedStream stream)
    {
        stream.Detach()?.Dispose();
        TakeOpen(stream);
        _evicted.Add(stream);
        stream.NoteEvicted(true);
    }

    /// <summary>Closes its file and gives up its inode: the content is elsewhere or nowhere.</summary>
    public void Orphan(TailedStream stream)
    {
        Close(stream);
        Unlink(stream);
        stream.MarkOrphaned();
    }

    /// <summary>
    /// Lets <paramref name="successor"/> take over the open file of a stream whose content is elsewhere or nowhere by now.
    /// </summary>
    public void Orphan(TailedStream stream, TailedStream successor, FileStat stat)
    {
        var handle = stream.Detach()!;
        Orphan(stream);
        Add(successor);
        Open(successor, handle, stat);
    }

    /// <summary>Lets <paramref name="successor"/> take over the file of a stream, which stays known by its number only.</summary>
    public void Supersede(TailedStream stream, TailedStream successor)
    {
        Unlink(stream);
        RemoveOpen(stream);
        if (stream.Detach() is { } handle)
        {
            successor.Attach(handle);
        }

        stream.MarkSuperseded();
        Closed.Remove(stream);
        Add(successor);
    }

    /// <summary>
    /// Forgets it. Its checkpoint stays until it is recorded which stream has its file now: a crash in between must not leave the file to
    /// nobody.
    /// </summary>
    public void Forget(TailedStream stream)
    {
        Remove(stream);
        _forgotten.Add(stream.Id);
    }

    /// <summary>Takes the streams that were forgotten since the last time.</summary>
    public IReadOnlyList<StreamId> TakeForgotten()
    {
        if (_forgotten.Count == 0)
        {
            return [];
        }

        StreamId[] forgotten = [.. _forgotten.Items];
        _forgotten.Clear();
        return forgotten;
    }

    /// <summary>Takes it out of the table, to be added again or forgotten.</summary>
    public void Remove(TailedStream stream)
    {
        Close(stream);
        Unlink(stream);
        Closed.Remove(stream);
        _all.Remove(stream.Id);
    }

    private void AddOpen(TailedStream stream)
    {
        Closed.Remove(stream);
        stream.NoteEvicted(false);
        stream.NoteLiveIndex(_live.Count);
        _live.Add(stream);
        (_opened ??= new()).Enqueue(stream);
        if (_places && stream.Place is null)
        {
            (_unplaced ??= new()).Enqueue(stream);
        }
    }

    /// <summary>Takes it from the streams that are open or could be again.</summary>
    private void RemoveOpen(TailedStream stream)
    {
        Heads.Remove(stream);
        TakeOpen(stream);
    }

    /// <summary>Takes it from the streams that are open.</summary>
    private void TakeOpen(TailedStream stream)
    {
        Version++;
        _evicted.Remove(stream);
        stream.NoteEvicted(false);
        if (stream.LiveIndex is { } index)
        {
            _live[index] = _live[^1];
            _live[index].NoteLiveIndex(index);
            _live.RemoveAt(_live.Count - 1);
            stream.NoteLiveIndex(null);
            Closed.Add(stream);
        }
    }

    private void Hold(TailedStream stream, FileId file)
    {
        if (_byFile.TryGetValue(file, out var holder) && !ReferenceEquals(holder, stream))
        {
            holder.MarkOrphaned();
        }

        _byFile[file] = stream;
    }

    private void Unlink(TailedStream stream)
    {
        if (_byFile.TryGetValue(stream.File, out var holder) && ReferenceEquals(holder, stream))
        {
            _byFile.Remove(stream.File);
        }
    }
}
