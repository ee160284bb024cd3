using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Checkpoints;

/// <summary>What the tailing side needs of the journal. Safe to call from any thread; nothing here waits for the disk.</summary>
internal interface ICheckpoints
{
    /// <summary>True when the state directory held no checkpoint at all when it was opened: the very first start.</summary>
    bool IsFirstStart { get; }

    /// <summary>What is remembered of <paramref name="flow"/>, in no particular order.</summary>
    IReadOnlyList<StreamCheckpoint> Of(string flow);

    /// <summary>What was last recorded of <paramref name="stream"/>, by the time it was written if it was; null when nothing is known of it.</summary>
    StreamCheckpoint? Latest(StreamId stream);

    /// <summary>A number that no stream of this state directory ever had.</summary>
    StreamId NextStream();

    /// <summary>Remembers <paramref name="checkpoint"/> in place of what was known of its stream; on disk after the next group commit.</summary>
    void Record(StreamCheckpoint checkpoint);

    /// <summary>Drops a stream that need not be known any longer.</summary>
    void Forget(StreamId stream);
}
