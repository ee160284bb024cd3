using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>What a flow needs of the checkpoints. Safe to call from any thread; no call waits for the disk.</summary>
internal interface ICheckpoints
{
    /// <summary>The latest checkpoints of all streams of <paramref name="flow"/>, in no particular order.</summary>
    IReadOnlyList<StreamCheckpoint> Of(string flow);

    /// <summary>
    /// The latest checkpoint of <paramref name="stream"/>, stamped with its write time once written; null if the stream is unknown.
    /// </summary>
    StreamCheckpoint? Latest(StreamId stream);

    /// <summary>What the next run would know of <paramref name="stream"/> if this one ended now; null for nothing.</summary>
    StreamCheckpoint? OnDisk(StreamId stream);

    /// <summary>A new stream number. It was never given to another stream of this state directory.</summary>
    StreamId NextStream();

    /// <summary>Replaces the latest checkpoint of the stream; it is on disk after the next group commit.</summary>
    void Record(StreamCheckpoint checkpoint);

    /// <summary>The next group commit need not wait for its interval: much was settled since the last one.</summary>
    void WriteSoon();

    /// <summary>Removes the checkpoint of a stream that is finished.</summary>
    void Forget(StreamId stream);
}
