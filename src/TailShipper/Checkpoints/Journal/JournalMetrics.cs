using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The journal's counters and health; logs every change of health once. Safe to read from any thread.</summary>
internal sealed class JournalMetrics(string directory, DateTimeOffset openedAt, ILogger logger)
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

    /// <summary>Everything recorded is on disk.</summary>
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

        CheckpointLog.WritingAgain(logger, directory, failures, (at - before.Since).TotalSeconds);
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

        CheckpointLog.CannotWrite(logger, directory, exception.Message, exception);
    }

    /// <summary>A snapshot of all counters.</summary>
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

/// <summary>The journal's counters at one moment, since it was opened.</summary>
internal sealed record JournalStatus
{
    /// <summary>See <see cref="JournalHealth"/>.</summary>
    public required JournalHealth Health { get; init; }

    /// <summary>When something was last made durable, UTC; null before the first time.</summary>
    public required DateTimeOffset? LastCommit { get; init; }

    /// <summary>Streams with a checkpoint.</summary>
    public required int Streams { get; init; }

    /// <summary>Streams whose latest state still waits for a group commit.</summary>
    public required int PendingStreams { get; init; }

    /// <summary>Group commits, snapshots included, that reached the disk.</summary>
    public required long Commits { get; init; }

    /// <summary>Journal lines that reached the disk; those of snapshots are not counted.</summary>
    public required long Lines { get; init; }

    /// <summary>Attempts to write that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>Snapshots that reached the disk, the one at opening included.</summary>
    public required long Snapshots { get; init; }

    /// <summary>The newest generation on disk.</summary>
    public required long Generation { get; init; }

    /// <summary>Length of its journal, in bytes.</summary>
    public required long JournalBytes { get; init; }
}

/// <summary>Whether checkpoints reach the disk.</summary>
/// <param name="IsOk">False while the last attempt to write failed. Shipping continues; a crash now would repeat more than usual.</param>
/// <param name="Reason">Empty while healthy, else what failed.</param>
/// <param name="Since">When this state began, UTC.</param>
internal sealed record JournalHealth(bool IsOk, string Reason, DateTimeOffset Since);
