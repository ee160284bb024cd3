using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Counts what the journal does and logs when its health changes, once per change. Safe to read from any thread.</summary>
internal sealed class JournalVitals(string directory, DateTimeOffset openedAt, ILogger log)
{
    private readonly Lock _gate = new();
    private JournalHealth _health = new(true, "", openedAt);
    private DateTimeOffset? _lastCommit;
    private long _commits;
    private long _lines;
    private long _failures;
    private long _snapshots;
    private long _failuresBefore;
    private long _generation;
    private long _journalBytes;

    /// <summary>See <see cref="JournalHealth"/>.</summary>
    public JournalHealth Health
    {
        get
        {
            lock (_gate)
            {
                return _health;
            }
        }
    }

    /// <summary>Changes reached the disk: in a snapshot, or as so many lines.</summary>
    public void Wrote(GenerationWriter writer, DateTimeOffset at, int? lines)
    {
        lock (_gate)
        {
            _lastCommit = at;
            _commits++;
            _lines += lines ?? 0;
            _snapshots += lines is null ? 1 : 0;
            _generation = writer.Generation;
            _journalBytes = writer.JournalBytes;
        }
    }

    /// <summary>All that should be on disk is.</summary>
    public void Recover(DateTimeOffset at)
    {
        JournalHealth before;
        long failures;
        lock (_gate)
        {
            before = _health;
            failures = _failures - _failuresBefore;
            if (before.IsOk)
            {
                return;
            }

            _health = new JournalHealth(true, "", at);
        }

        CheckpointLog.WritingAgain(log, directory, failures, (at - before.Since).TotalSeconds);
    }

    /// <summary>An attempt to write failed.</summary>
    public void Fail(DateTimeOffset at, Exception exception)
    {
        lock (_gate)
        {
            _failures++;
            if (!_health.IsOk)
            {
                return;
            }

            _failuresBefore = _failures - 1;
            _health = new JournalHealth(false, $"checkpoints cannot be written to '{directory}': {exception.Message}", at);
        }

        CheckpointLog.CannotWrite(log, directory, exception.Message, exception);
    }

    /// <summary>Everything at this moment.</summary>
    public JournalStatus Status(int streams, int pending)
    {
        lock (_gate)
        {
            return new JournalStatus
            {
                Health = _health,
                LastCommit = _lastCommit,
                Streams = streams,
                PendingStreams = pending,
                Commits = _commits,
                Lines = _lines,
                Failures = _failures,
                Snapshots = _snapshots,
                Generation = _generation,
                JournalBytes = _journalBytes,
            };
        }
    }
}
