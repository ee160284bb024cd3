using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Writes pending changes: as lines while the journal is intact and short, else as a new generation. One caller at a time.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly IStateDirectory _directory;
    private readonly CheckpointMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalLimits _limits;
    private readonly GenerationWriter _writer;
    private IReadOnlyList<string> _toSetAside;
    private bool _isFirstStart;
    private DateTimeOffset _compactNotBefore;

    /// <summary>Writes what <paramref name="memory"/> holds after what was recovered.</summary>
    public GroupCommit(
        IStateDirectory directory, RecoveredCheckpoints recovered, CheckpointMemory memory, TimeProvider time, ILogger logger,
        JournalLimits limits)
    {
        _directory = directory;
        _memory = memory;
        _time = time;
        _logger = logger;
        _limits = limits;
        _writer = new GenerationWriter(directory, recovered);
        _isFirstStart = recovered.IsFirstStart;
        _toSetAside = [.. recovered.Damages.Where(damage => !damage.IsTorn).Select(damage => damage.File)];
        Metrics = new JournalMetrics(directory.Name, Now(), logger);
    }

    /// <summary>Counters and health.</summary>
    public JournalMetrics Metrics { get; }

    /// <summary>True while there is something to write even when no stream changed: a generation could not be begun.</summary>
    public bool IsGenerationDue => !_writer.IsOpen || !Metrics.Health.IsOk;

    /// <summary>True when everything pending at the call is on disk; false when the disk failed.</summary>
    public bool TryWriteAll()
    {
        var now = Now();

        // A compaction that fails, for example on a full disk, does not keep a few more lines from being appended.
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

        Metrics.Wrote(_writer, now, changes.Count);
        if (_writer.JournalBytes <= _limits.CompactAtBytes)
        {
            Metrics.Recover(now);
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

        Metrics.Wrote(_writer, now, lines: null);
        Metrics.Recover(now);
        _compactNotBefore = default;
        SetDamagedAside();
        if (_isFirstStart)
        {
            // A generation to fall back to: without it, damage to the only snapshot would make the next start fail. The first
            // one is on disk whatever happens to the second, whose failure the next commit handles.
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
            if (!exception.IsDiskError())
            {
                throw;
            }

            Metrics.Fail(now, exception);
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
            catch (Exception exception) when (exception.IsDiskError())
            {
                CheckpointLog.CannotSetAside(_logger, name, _directory.Name, exception.Message);
            }
        }

        _toSetAside = [];
    }

    // Whole milliseconds: that is what a person reads in the journal, and what recovery computes with.
    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
