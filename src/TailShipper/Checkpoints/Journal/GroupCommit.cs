using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Brings what is pending to the disk: as lines where the journal is sound and short, else as a new generation. One caller at a time.</summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly IStateDirectory _directory;
    private readonly CheckpointMemory _memory;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly JournalLimits _limits;
    private readonly GenerationWriter _writer;
    private IReadOnlyList<string> _toSetAside;
    private bool _isFirstStart;
    private DateTimeOffset _compactNotBefore;

    /// <summary>Writes what <paramref name="memory"/> holds after what was recovered.</summary>
    public GroupCommit(
        IStateDirectory directory, RecoveredCheckpoints recovered, CheckpointMemory memory, TimeProvider clock, ILogger log, JournalLimits limits)
    {
        _directory = directory;
        _memory = memory;
        _clock = clock;
        _log = log;
        _limits = limits;
        _writer = new GenerationWriter(directory, recovered);
        _isFirstStart = recovered.IsFirstStart;
        _toSetAside = [.. recovered.Damages.Where(damage => !damage.IsTorn).Select(damage => damage.File)];
        Vitals = new JournalMetrics(directory.Name, Now(), log);
    }

    /// <summary>Counters and health.</summary>
    public JournalMetrics Vitals { get; }

    /// <summary>True while there is something to write even when no stream changed: a generation could not be begun.</summary>
    public bool IsGenerationDue => !_writer.IsOpen || !Vitals.Health.IsOk;

    /// <summary>True when everything pending at the call is on disk; false when the disk refused.</summary>
    public bool TryWriteAll()
    {
        var now = Now();

        // A compaction that fails, for want of room perhaps, is no reason not to append a few more lines.
        var isCompactionDue = _writer.JournalBytes > _limits.CompactAtBytes && now >= _compactNotBefore;
        if ((!_writer.IsOpen || isCompactionDue) && StartGeneration(now))
        {
            return true;
        }

        return _writer.IsOpen && Append(now);
    }

    /// <summary>Closes the journal without writing.</summary>
    public void Dispose() => _writer.Dispose();

    private bool Append(DateTimeOffset now)
    {
        var changes = _memory.TakeChanges(now);
        if (changes.Count == 0)
        {
            return true;
        }

        if (!TryWrite(() => _writer.Append(changes), changes, now))
        {
            return false;
        }

        Vitals.Wrote(_writer, now, changes.Count);
        if (_writer.JournalBytes <= _limits.CompactAtBytes)
        {
            Vitals.Recover(now);
        }

        return true;
    }

    private bool StartGeneration(DateTimeOffset now)
    {
        _compactNotBefore = now + _limits.LastRetry;
        var changes = _memory.TakeAll(now, out var streams, out var nextStream);
        if (!TryWrite(() => _writer.Start(streams, nextStream, now), changes, now))
        {
            return false;
        }

        Vitals.Wrote(_writer, now, lines: null);
        Vitals.Recover(now);
        _compactNotBefore = default;
        SetDamagedAside();
        if (_isFirstStart)
        {
            // A generation to fall back to: without it, damage to the only snapshot would mean a refusal at the next start. The
            // first one is there whatever becomes of the second, so its failure is the next commit's to meet.
            _isFirstStart = false;
            StartGeneration(now);
        }

        return true;
    }

    private bool TryWrite(Action write, IReadOnlyList<StreamChange> changes, DateTimeOffset now)
    {
        try
        {
            write();
        }
        catch (Exception exception)
        {
            _memory.PutBack(changes);
            if (exception is not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            Vitals.Fail(now, exception);
            return false;
        }

        _memory.Settle(changes);
        return true;
    }

    // Only now that a new generation holds what was saved from them.
    private void SetDamagedAside()
    {
        foreach (var name in _toSetAside)
        {
            try
            {
                _writer.SetAside(name);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                CheckpointLog.CannotSetAside(_log, name, _directory.Name, exception.Message);
            }
        }

        _toSetAside = [];
    }

    // Whole milliseconds: that is what a person reads in the journal, and what recovery computes with.
    private DateTimeOffset Now()
    {
        var now = _clock.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
