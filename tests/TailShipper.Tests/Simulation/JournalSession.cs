using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The journal as one process has it open.</summary>
internal sealed class JournalSession(SimulatedJournal journal, Life life) : ICheckpoints
{
    public bool IsFirstStart { get; } = journal.IsEmpty;

    public IReadOnlyList<StreamCheckpoint> Of(string flow) => journal.Of(flow);

    public StreamId NextStream() => journal.NextStream();

    public void Record(StreamCheckpoint checkpoint)
    {
        if (life.IsAlive)
        {
            journal.Tell(checkpoint.Stream, checkpoint);
        }
    }

    public void Forget(StreamId stream)
    {
        if (life.IsAlive)
        {
            journal.Tell(stream, null);
        }
    }
}
