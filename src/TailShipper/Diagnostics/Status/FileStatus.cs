using Shipper.TailShipper.Checkpoints;


namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>One file.</summary>
internal sealed record FileStatus
{
    /// <summary>The flow that tails it.</summary>
    public required string Flow { get; init; }

    /// <summary>Where it was last seen.</summary>
    public required string Path { get; init; }

    /// <summary>Its stream's number.</summary>
    public required long Stream { get; init; }

    /// <summary>How far it is in its life.</summary>
    public required string State { get; init; }

    /// <summary>Its size when last read.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>How far it is settled without a gap.</summary>
    public required long CommittedBytes { get; init; }

    /// <summary>Bytes not settled.</summary>
    public required long LagBytes { get; init; }

    /// <summary>When this was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What the checkpoints say, with <paramref name="size"/> where that is known better.</summary>
    public static FileStatus Of(StreamCheckpoint stream, long? size = null)
    {
        var known = Math.Max(stream.Committed, size ?? stream.Size);
        return new FileStatus
        {
            Flow = stream.Flow,
            Path = stream.Path,
            Stream = stream.Stream.Number,
            State = stream.State.ToString(),
            SizeBytes = known,
            CommittedBytes = stream.Committed,
            LagBytes = known - stream.Committed,
            RecordedAt = stream.At,
        };
    }
}
