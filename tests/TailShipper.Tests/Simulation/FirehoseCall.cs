using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One call as the service saw it.</summary>
internal sealed class FirehoseCall(long number, long at, FirehoseMood mood, IReadOnlyList<byte[]> records, BatchSlice body)
{
    private readonly (SettledRing Ring,
        long Ticket)[] _spans = [.. body.Batch.Entries.Slice(body.First, body.Records).ToArray().Select(entry =>
            (entry.Ring, entry.Ticket))];

    public long Number => number;

    public long At => at;

    public FirehoseMood Mood => mood;

    public IReadOnlyList<byte[]> Records => records;

    /// <summary>Which records it took; empty until then.</summary>
    public List<int> Taken { get; } = [];

    /// <summary>When the caller had its answer; null when it never did.</summary>
    public long? AnsweredAt { get; set; }

    /// <summary>True when the caller cannot know what became of it.</summary>
    public bool AnswerLost { get; set; }

    /// <summary>True once the shipper has settled the record with this index.</summary>
    public bool IsSettled(int record) => _spans[record].Ring.IsSettled(_spans[record].Ticket);
}

/// <summary>How one call to the simulated service ends.</summary>
internal enum FirehoseMood
{
    Accept,
    RefuseSome,
    RefuseAll,
    Throttle,
    FailBefore,
    FailAfter,
    LoseAnswer,
    NotConnected,
    Hang,
    AccessDenied,
}
