using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One call as the service saw it.</summary>
internal sealed class FirehoseCall(long number, long at, FirehoseMood mood, IReadOnlyList<byte[]> records, BatchSlice body)
{
    private readonly (SettledRing Ring, long Ticket, long End)[] _spans = [.. body.Batch.Entries.Slice(body.First, body.Records).ToArray().Select(entry => (entry.Ring, entry.Ticket, entry.Ring.EndOf(entry.Ticket)))];

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

    /// <summary>
    /// True when the stream's file held other content, or was gone, before the record was settled, or could not be read since, and the
    /// journal was not told: without the bytes before an offset no copy could be known there.
    /// </summary>
    public bool IsUntold(int record, long settledAt, StreamTable streams, SimulatedDisk disk) =>
        streams.ById(_spans[record].Ring.Stream) is { } stream
        && (stream.Recorded?.Committed ?? 0) < _spans[record].End
        && (stream.Displaced || (stream.Handle is not null && disk.Opened(stream.File) is { } inode
                && (inode.ReadRefusedAt >= settledAt || !Holds(inode.Content, stream))));

    private static bool Holds(DiskContent content, TailedStream stream)
    {
        var tail = new byte[stream.Tail.Length];
        return Fingerprint.Of(tail.AsSpan(0, content.Read(tail, stream.Position - tail.Length))) == stream.Tail;
    }
}
