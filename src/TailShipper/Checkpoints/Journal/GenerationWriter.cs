using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Writes generations: a snapshot, then a journal that is appended to. The only class that creates, renames or deletes
/// checkpoint files. Not safe for several threads; its owner makes sure of one at a time.
/// </summary>
internal sealed class GenerationWriter : IDisposable
{
    // With one more line this fits into a buffer of 256 KiB, which stays for good.
    private const int ChunkBytes = 192 * 1024;

    // Two generations' worth: enough to see what went wrong, and a disk that damages files again and again is not filled up with them.
    private const int CorruptFilesKept = 4;

    private readonly IStateDirectory _directory;
    private readonly JournalLineWriter _lines = new();
    private IStateFile? _journal;
    private long _highestGeneration;
    private long _lastSequence;

    /// <summary>Writes after what was recovered; nothing is open until <see cref="Start"/>.</summary>
    public GenerationWriter(IStateDirectory directory, RecoveredCheckpoints recovered)
    {
        _directory = directory;
        _highestGeneration = recovered.HighestGeneration;
        _lastSequence = recovered.LastSequence;
        Generation = recovered.BaseGeneration;
    }

    /// <summary>The newest generation known to be whole and on disk; 0 when there is none.</summary>
    public long Generation { get; private set; }

    /// <summary>False before the first <see cref="Start"/> and after an error made the journal's content uncertain.</summary>
    public bool IsOpen => _journal is not null;

    /// <summary>Length of the open journal, in bytes.</summary>
    public long JournalBytes { get; private set; }

    /// <summary>Appends the changes' lines and returns when they are on disk.</summary>
    /// <exception cref="IOException">They may or may not be on disk; the journal is closed.</exception>
    public void Append(IReadOnlyList<StreamChange> changes)
    {
        var journal = _journal ?? throw new InvalidOperationException("No generation is open.");
        _lines.Clear(); // a snapshot that failed may have left lines behind, and they do not belong here
        try
        {
            var sequence = _lastSequence;
            var written = 0L;
            foreach (var change in changes)
            {
                _lines.Write(change.ToEntry(++sequence));
                written += FlushTo(journal, ChunkBytes);
            }

            written += FlushTo(journal, 0);
            journal.Sync();
            _lastSequence = sequence;
            JournalBytes += written;
        }
        catch
        {
            CloseJournal();
            throw;
        }
    }

    /// <summary>
    /// Writes a snapshot of <paramref name="streams"/> and opens its journal; then deletes all but it and the generation before.
    /// </summary>
    /// <exception cref="IOException">The old journal stays open if recovery is certain to read it.</exception>
    public void Start(ReadOnlySpan<StreamCheckpoint> streams, long nextStream, DateTimeOffset at)
    {
        // Counted up also for an attempt that fails: what it left behind is never written to again.
        var generation = ++_highestGeneration;
        var temporary = new CheckpointFile(generation, CheckpointFileKind.Temporary).Name;
        var journalName = new CheckpointFile(generation, CheckpointFileKind.Journal).Name;
        IStateFile? journal = null;
        long sequence;
        try
        {
            sequence = WriteSnapshot(temporary, generation, streams, nextStream, at);
            journal = _directory.Create(journalName);
        }
        catch
        {
            journal?.Dispose();
            TryDelete(temporary);
            TryDelete(journalName);
            throw;
        }

        try
        {
            _directory.Rename(temporary, new CheckpointFile(generation, CheckpointFileKind.Snapshot).Name);
            _directory.Sync();
        }
        catch
        {
            // The new snapshot may be there after a crash, and would hide whatever the old journal says from now on.
            journal.Dispose();
            CloseJournal();
            throw;
        }

        CloseJournal();
        _journal = journal;
        _lastSequence = sequence;
        JournalBytes = 0;
        DeleteBefore(Generation, generation);
        Generation = generation;
    }

    /// <summary>Renames a damaged file and keeps it for inspection.</summary>
    /// <exception cref="IOException">It keeps its name.</exception>
    public void SetAside(string name) => _directory.Rename(name, CheckpointFile.CorruptNameOf(name));

    /// <summary>Closes the journal without writing.</summary>
    public void Dispose()
    {
        CloseJournal();
        _lines.Dispose();
    }

    private long WriteSnapshot(string name, long generation, ReadOnlySpan<StreamCheckpoint> streams, long nextStream, DateTimeOffset at)
    {
        using var file = _directory.Create(name);
        _lines.Clear();
        var sequence = _lastSequence;
        _lines.Write(new JournalEntry.Header(++sequence, JournalEntry.FormatVersion, generation, streams.Length, nextStream, at));
        foreach (var stream in streams)
        {
            _lines.Write(new JournalEntry.Full(++sequence, stream));
            FlushTo(file, ChunkBytes);
        }

        _lines.Write(new JournalEntry.Footer(++sequence, streams.Length));
        FlushTo(file, 0);
        file.Sync();
        return sequence;
    }

    // Bounds the buffer; the usual group commit is one append.
    private long FlushTo(IStateFile file, int whenLongerThan)
    {
        var length = _lines.Written.Length;
        if (length <= whenLongerThan)
        {
            return 0;
        }

        file.Append(_lines.Written);
        _lines.Clear();
        return length;
    }

    private void CloseJournal()
    {
        var journal = _journal;
        _journal = null;
        _lines.Clear();
        try
        {
            journal?.Dispose();
        }
        catch (IOException)
        {
            // What was synced is safe; the rest is written again to the next generation.
        }
    }

    private void DeleteBefore(long kept, long current)
    {
        try
        {
            var corrupt = new List<(long Generation, string Name)>();
            foreach (var name in _directory.List())
            {
                if (!CheckpointFile.TryParse(name, out var file))
                {
                    continue;
                }

                if (file.Kind == CheckpointFileKind.Corrupt)
                {
                    corrupt.Add((file.Generation, name));
                }
                else if (IsObsolete(file, kept, current))
                {
                    _directory.Delete(name);
                }
            }

            corrupt.Sort((left, right) => left.Generation != right.Generation
                ? right.Generation.CompareTo(left.Generation)
                : string.CompareOrdinal(left.Name, right.Name));
            foreach (var (_, name) in corrupt.Skip(CorruptFilesKept))
            {
                _directory.Delete(name);
            }
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // It only takes space; the next generation tries again.
        }
    }

    private static bool IsObsolete(CheckpointFile file, long kept, long current) => file.Kind switch
    {
        CheckpointFileKind.Temporary => file.Generation < current,
        _ => file.Generation < kept,
    };

    private void TryDelete(string name)
    {
        try
        {
            _directory.Delete(name);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // It only takes space; the next generation deletes it.
        }
    }
}
