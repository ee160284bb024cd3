using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The checkpoints of all runs. What is told is durable some time later, in the order it was told; a crash loses the rest.</summary>
internal sealed class SimulatedJournal(TimeProvider time)
{
    /// <summary>Longest time until something told is durable.</summary>
    public static readonly TimeSpan GroupCommit = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<StreamId, StreamCheckpoint> _durable = [];
    private readonly Queue<(long At, StreamId Stream, StreamCheckpoint? Checkpoint)> _told = new();
    private long _lastStream;

    /// <summary>What a start would find now if everything told were durable.</summary>
    public IReadOnlyCollection<StreamCheckpoint> Durable => _durable.Values;

    public bool IsEmpty => _durable.Count == 0;

    public IReadOnlyList<StreamCheckpoint> Of(string flow) => [.. _durable.Values.Where(checkpoint => checkpoint.Flow == flow)];

    public StreamId NextStream() => new(++_lastStream);

    public void Tell(StreamId stream, StreamCheckpoint? checkpoint)
    {
        _told.Enqueue((time.GetTimestamp(), stream, checkpoint));
        while (_told.Peek().At < time.GetTimestamp() - GroupCommit.Ticks)
        {
            CommitOne();
        }
    }

    /// <summary>A clean stop: all is durable.</summary>
    public void CommitAll()
    {
        while (_told.Count > 0)
        {
            CommitOne();
        }
    }

    /// <summary>A crash: what is old enough is durable, and as much of the rest as <paramref name="lucky"/> says, 0 to 1.</summary>
    public void Crash(double lucky)
    {
        while (_told.Count > 0 && _told.Peek().At < time.GetTimestamp() - GroupCommit.Ticks)
        {
            CommitOne();
        }

        for (var left = (int)(_told.Count * lucky); left > 0; left--)
        {
            CommitOne();
        }

        _told.Clear();
    }

    private void CommitOne()
    {
        var (_, stream, checkpoint) = _told.Dequeue();
        if (checkpoint is null)
        {
            _durable.Remove(stream);
        }
        else
        {
            _durable[stream] = checkpoint;
        }
    }
}
