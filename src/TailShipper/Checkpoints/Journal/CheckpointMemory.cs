using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// The latest checkpoints, what of them is on disk, and what is still to be written. Safe to call from any thread; the
/// lock is held for memory only, never for the disk.
/// </summary>
internal sealed class CheckpointMemory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamId, Known> _streams;
    private HashSet<StreamId> _changed = [];
    private long _lastStream;

    /// <summary>Starts from what the disk holds.</summary>
    /// <param name="onDisk">The streams recovered.</param>
    /// <param name="lastStream">No new stream gets this number or a lower one.</param>
    public CheckpointMemory(IReadOnlyDictionary<StreamId, StreamCheckpoint> onDisk, long lastStream)
    {
        _lastStream = lastStream;
        _streams = new Dictionary<StreamId, Known>(onDisk.Count);
        foreach (var (stream, checkpoint) in onDisk)
        {
            _streams.Add(stream, new Known(checkpoint) { OnDisk = checkpoint });
        }
    }

    /// <summary>Streams known now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Streams whose latest state is not on disk, those just being written left out.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _changed.Count;
            }
        }
    }

    /// <summary>See <see cref="ICheckpoints.NextStream"/>.</summary>
    public StreamId NextStream()
    {
        lock (_gate)
        {
            return new StreamId(++_lastStream);
        }
    }

    /// <summary>Replaces what was known of the stream. True when nothing was pending before: wake the writer.</summary>
    public bool Record(StreamCheckpoint checkpoint)
    {
        lock (_gate)
        {
            _lastStream = Math.Max(_lastStream, checkpoint.Stream.Number);
            if (_streams.TryGetValue(checkpoint.Stream, out var known))
            {
                known.Latest = checkpoint;
            }
            else
            {
                _streams.Add(checkpoint.Stream, new Known(checkpoint));
            }

            return _changed.Add(checkpoint.Stream) && _changed.Count == 1;
        }
    }

    /// <summary>Drops the stream. True when nothing was pending before: wake the writer.</summary>
    public bool Forget(StreamId stream)
    {
        lock (_gate)
        {
            return _streams.Remove(stream) && _changed.Add(stream) && _changed.Count == 1;
        }
    }

    /// <summary>The streams of <paramref name="flow"/>, as last recorded.</summary>
    public IReadOnlyList<StreamCheckpoint> Of(string flow)
    {
        lock (_gate)
        {
            var result = new List<StreamCheckpoint>();
            foreach (var known in _streams.Values)
            {
                if (known.Latest.Flow == flow)
                {
                    // A copy only where it would differ: after a start none does.
                    result.Add(known.OnDisk is { } onDisk && !ReferenceEquals(onDisk.Marks, known.Latest.Marks)
                        ? known.Latest with { Marks = onDisk.Marks }
                        : known.Latest);
                }
            }

            return result;
        }
    }

    /// <summary>See <see cref="ICheckpoints.Latest"/>.</summary>
    public StreamCheckpoint? Latest(StreamId stream)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(stream)?.Latest;
        }
    }

    /// <summary>See <see cref="ICheckpoints.OnDisk"/>.</summary>
    public StreamCheckpoint? OnDisk(StreamId stream)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(stream)?.OnDisk;
        }
    }

    /// <summary>
    /// Takes all changes to be written at <paramref name="at"/>; follow with <see cref="Settle"/> or <see cref="PutBack"/>.
    /// </summary>
    public IReadOnlyList<StreamChange> TakeChanges(DateTimeOffset at)
    {
        lock (_gate)
        {
            return TakeChangesLocked(at);
        }
    }

    /// <summary>Takes all changes, and with them every stream by number, for a snapshot.</summary>
    public IReadOnlyList<StreamChange> TakeAll(DateTimeOffset at, out StreamCheckpoint[] streams, out long nextStream)
    {
        IReadOnlyList<StreamChange> changes;
        lock (_gate)
        {
            changes = TakeChangesLocked(at);
            streams = new StreamCheckpoint[_streams.Count];
            var next = 0;
            foreach (var known in _streams.Values)
            {
                streams[next++] = known.Latest;
            }

            nextStream = _lastStream + 1;
        }

        Array.Sort(streams, (left, right) => left.Stream.Number.CompareTo(right.Stream.Number));
        return changes;
    }

    /// <summary>The changes are on disk.</summary>
    public void Settle(IReadOnlyList<StreamChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                // Another object, when the stream was forgotten and recorded again meanwhile: its own line follows.
                if (change.After is { } after && _streams.TryGetValue(change.Stream, out var known)
                    && ReferenceEquals(known.Writing, after))
                {
                    known.OnDisk = after;
                }
            }

            _streams.Fit();
        }
    }

    /// <summary>The changes did not reach the disk, or it is unknown whether they did: they are pending again.</summary>
    public void PutBack(IReadOnlyList<StreamChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                _changed.Add(change.Stream);
            }
        }
    }

    private IReadOnlyList<StreamChange> TakeChangesLocked(DateTimeOffset at)
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        var changes = new List<StreamChange>(_changed.Count);
        foreach (var stream in _changed)
        {
            changes.Add(_streams.TryGetValue(stream, out var known)
                ? new StreamChange(stream, known.Stamp(at), known.OnDisk)
                : new StreamChange(stream, null, null));
        }

        _changed = [];
        return changes;
    }

    /// <summary>One stream.</summary>
    private sealed class Known(StreamCheckpoint latest)
    {
        /// <summary>As last recorded.</summary>
        public StreamCheckpoint Latest { get; set; } = latest;

        /// <summary>As last handed to the writer.</summary>
        public StreamCheckpoint? Writing { get; private set; }

        /// <summary>As it would be recovered.</summary>
        public StreamCheckpoint? OnDisk { get; set; }

        /// <summary>
        /// Gives the latest state its time and its mark. Only once per commit, because recovery sees only what is written.
        /// </summary>
        public StreamCheckpoint Stamp(DateTimeOffset at)
        {
            Latest.Stamp(at, TimeMarks.Add((OnDisk ?? Latest).Marks, at, Latest.Committed));
            return Writing = Latest;
        }
    }
}

/// <summary>One stream's change on its way to the disk.</summary>
/// <param name="Stream">Which stream.</param>
/// <param name="After">What to write; null to forget the stream.</param>
/// <param name="Before">What the disk knows of it; null for nothing.</param>
internal readonly record struct StreamChange(StreamId Stream, StreamCheckpoint? After, StreamCheckpoint? Before)
{
    /// <summary>The shortest line that says it.</summary>
    public JournalEntry ToEntry(long sequence)
    {
        if (After is null)
        {
            return new JournalEntry.Forget(sequence, Stream);
        }

        return IsProgressOnly(After, Before)
            ? new JournalEntry.Commit(sequence, Stream, After.Committed, After.Tail, After.Size, After.At)
            : new JournalEntry.Full(sequence, After);
    }

    // Marks do not count: recovery adds them by the rule by which they were added here.
    private static bool IsProgressOnly(StreamCheckpoint after, StreamCheckpoint? before) =>
        before is not null
        && after.State == before.State
        && after.File == before.File
        && after.Generation == before.Generation
        && after.Head == before.Head
        && after.Path == before.Path
        && (ReferenceEquals(after.Gaps, before.Gaps) || after.Gaps.SequenceEqual(before.Gaps))
        && after.Gone == before.Gone
        && after.IsDeleted == before.IsDeleted
        && after.Place == before.Place
        && after.Replayed == before.Replayed
        && after.CopyOf == before.CopyOf
        && after.Flow == before.Flow;
}
