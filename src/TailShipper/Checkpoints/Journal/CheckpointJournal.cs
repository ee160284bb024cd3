using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// The checkpoints of one state directory: what is known in memory, and the files that hold it. What is on disk is
/// never ahead of what was recorded. Only one may be open per directory, which <see cref="InstanceLock"/> ensures.
/// </summary>
internal sealed class CheckpointJournal : ICheckpoints, IAsyncDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly JournalLimits _limits;
    private readonly ILogger _logger;
    private readonly string _directory;
    private readonly CheckpointMemory _memory;
    private readonly GroupCommit _commit;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Channel<bool> _soon = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private bool _isClosed;
    private long _beats;

    private CheckpointJournal(
        IStateDirectory directory, RecoveredCheckpoints recovered, TimeProvider time, ILogger logger, JournalLimits limits)
    {
        _time = time;
        _limits = limits;
        _logger = logger;
        _directory = directory.Name;
        var lastStream = Math.Max(recovered.Table.HighestStream, (recovered.HighestGeneration + 1) * limits.StreamsPerGeneration);
        _memory = new CheckpointMemory(recovered.Table.Streams, lastStream);
        _commit = new GroupCommit(directory, recovered, _memory, time, logger, limits);
    }

    /// <summary>Whether checkpoints reach the disk.</summary>
    public JournalHealth Health => _commit.Metrics.Health;

    /// <summary>Counters for metrics and status.</summary>
    public JournalStatus Status => _commit.Metrics.Status(_memory.Count, _memory.Pending);

    /// <summary>Recovers what <paramref name="directory"/> holds and begins a new generation in it.</summary>
    /// <inheritdoc cref="Recover" path="/exception"/>
    public static CheckpointJournal Open(
        IStateDirectory directory, TimeProvider time, ILogger<CheckpointJournal> logger, JournalLimits? limits = null)
    {
        var journal = Recover(directory, time, logger, limits);
        journal.Begin();
        return journal;
    }

    /// <summary>
    /// Recovers what <paramref name="directory"/> holds and writes nothing yet. Before any stream is given a number, call
    /// <see cref="Begin"/>.
    /// </summary>
    /// <exception cref="CheckpointsUnusableException">Checkpoints exist and none can be used. Nothing was changed.</exception>
    /// <exception cref="IOException">The directory cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be listed.</exception>
    public static CheckpointJournal Recover(
        IStateDirectory directory, TimeProvider time, ILogger<CheckpointJournal> logger, JournalLimits? limits = null)
    {
        var started = time.GetTimestamp();
        var recovered = JournalRecovery.Recover(directory);
        foreach (var damage in recovered.Damages)
        {
            if (damage.IsTorn)
            {
                CheckpointLog.Torn(logger, damage.File, damage.Line, directory.Name);
            }
            else
            {
                CheckpointLog.Damaged(logger, damage.File, directory.Name, damage.Line, damage.Reason);
            }
        }

        if (recovered.IsFirstStart)
        {
            CheckpointLog.FirstStart(logger, directory.Name);
        }
        else
        {
            CheckpointLog.Opened(
                logger, directory.Name, recovered.Table.Streams.Count, recovered.BaseGeneration,
                time.GetElapsedTime(started).TotalMilliseconds);
        }

        return new CheckpointJournal(directory, recovered, time, logger, limits ?? JournalLimits.Default);
    }

    /// <summary>
    /// Begins a new generation. A disk that can be read but not written does not stop this: the journal is open, unhealthy,
    /// and keeps trying. Streams may be looked up meanwhile.
    /// </summary>
    public void Begin() => _commit.TryWriteAll();

    /// <inheritdoc/>
    public IReadOnlyList<StreamCheckpoint> Of(string flow) => _memory.Of(flow);

    /// <inheritdoc/>
    public StreamCheckpoint? Latest(StreamId stream) => _memory.Latest(stream);

    /// <inheritdoc/>
    public StreamCheckpoint? OnDisk(StreamId stream) => _memory.OnDisk(stream);

    /// <inheritdoc/>
    public StreamId NextStream() => _memory.NextStream();

    /// <summary>
    /// As <see cref="ICheckpoints.Record"/>; never throws because of the disk. <see cref="StreamCheckpoint.At"/> is set
    /// when it is written, and so are the <see cref="StreamCheckpoint.Marks"/> of a stream the disk knows.
    /// </summary>
    public void Record(StreamCheckpoint checkpoint)
    {
        if (_memory.Record(checkpoint))
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <inheritdoc/>
    public void WriteSoon() => _soon.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void Forget(StreamId stream)
    {
        if (_memory.Forget(stream))
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Heartbeat: rises on every pass of the writer; the watchdog checks it.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Wakes the writer for one pass although there is nothing to write.</summary>
    public void Nudge() => _wake.Writer.TryWrite(true);

    /// <summary>
    /// Writes group commits until cancelled, then returns; <see cref="DisposeAsync"/> writes the last. Costs nothing
    /// while nothing changes.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var retry = _limits.FirstRetry;
        try
        {
            while (true)
            {
                Beat();
                if (_memory.Pending == 0 && !_commit.IsGenerationDue)
                {
                    await _wake.Reader.ReadAsync(cancellation);
                }

                _soon.Reader.TryRead(out _); // what it asked for is written now
                if (await FlushAsync(cancellation))
                {
                    retry = _limits.FirstRetry;
                    await PauseAsync(cancellation);
                }
                else
                {
                    var pause = retry;
                    retry = retry * 2 < _limits.LastRetry ? retry * 2 : _limits.LastRetry;
                    await PauseAsync(pause, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    // The interval between two commits, or less.
    private async Task PauseAsync(CancellationToken cancellation)
    {
        await using var timer = _time.CreateTimer(_ => WriteSoon(), null, _limits.CommitInterval, Timeout.InfiniteTimeSpan);
        await _soon.Reader.ReadAsync(cancellation);
    }

    // Beats during a long pause after a failure, so that the watchdog does not take the writer for stuck.
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        while (pause > TimeSpan.Zero)
        {
            var part = pause < LongestSleep ? pause : LongestSleep;
            await Task.Delay(part, _time, cancellation);
            pause -= part;
            Beat();
        }
    }

    private void Beat() => Volatile.Write(ref _beats, _beats + 1);

    /// <summary>
    /// Writes now. True when everything recorded before the call is on disk; false when the disk failed: <see cref="Health"/> says why.
    /// </summary>
    public async Task<bool> FlushAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            return _isClosed ? _memory.Pending == 0 : _commit.TryWriteAll();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes what is pending and closes. What is recorded afterwards is not written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (_isClosed)
            {
                return;
            }

            if (!_commit.TryWriteAll())
            {
                CheckpointLog.ClosedBehind(_logger, _memory.Pending, _directory);
            }

            _isClosed = true;
            _commit.Dispose();
        }
        finally
        {
            _writing.Release();
        }
    }
}

/// <summary>The journal's intervals and sizes. Production uses the defaults; tests and simulations choose others.</summary>
internal sealed record JournalLimits
{
    /// <summary>The defaults.</summary>
    public static readonly JournalLimits Default = new();

    /// <summary>Group commits are at least this far apart, so a crash repeats at most about this much.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A journal longer than this many bytes is replaced by a snapshot at the next commit.</summary>
    public long CompactAtBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Pause after the first failed write; doubled for each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A generation's new streams are numbered from this times the generation: even where every line that named a
    /// number is destroyed, the file names alone keep it from being given again.
    /// </summary>
    public long StreamsPerGeneration { get; init; } = 1_000_000;
}
