namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>Asks a running shipper to deliver again what was delivered before.</summary>
internal sealed record ReplayRequest
{
    /// <summary>The flow whose streams are meant.</summary>
    public required string Flow { get; init; }

    /// <summary>Where to begin.</summary>
    public required ReplayKind Kind { get; init; }

    /// <summary>Only streams last seen at this path; null for all of the flow. Needed for <see cref="ReplayKind.FromOffset"/>.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes from the file's start, not negative. Needed for <see cref="ReplayKind.FromOffset"/>.</summary>
    public long? Offset { get; init; }

    /// <summary>Needed for <see cref="ReplayKind.Since"/>.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What is wrong with it; null when it can be carried out.</summary>
    public string? Problem() => this switch
    {
        { Flow: null or "" } => "it names no flow",
        { Kind: ReplayKind.FromOffset, Path: null or "" } => "--from-offset needs --file PATH",
        { Kind: ReplayKind.FromOffset, Offset: null or < 0 } => "--from-offset needs an offset of 0 or more",
        { Kind: ReplayKind.Since, Since: null } => "a replay since a time needs the time",
        { Kind: < ReplayKind.FromStart or > ReplayKind.Since } => "its kind is unknown",
        _ => null,
    };
}

/// <summary>Where a replay begins.</summary>
internal enum ReplayKind
{
    /// <summary>At each file's first byte.</summary>
    FromStart,

    /// <summary>At <see cref="ReplayRequest.Offset"/> of the file at <see cref="ReplayRequest.Path"/>.</summary>
    FromOffset,

    /// <summary>At the offset that each file had at <see cref="ReplayRequest.Since"/>.</summary>
    Since,
}

/// <summary>The offset at which a replay of a stream begins. Pure.</summary>
internal static class ReplayTarget
{
    /// <summary>The offset for one stream; null when the request does not cover it.</summary>
    public static long? Of(ReplayRequest request, StreamCheckpoint stream)
    {
        if (request.Path is { } path && path != stream.Path)
        {
            return null;
        }

        return request.Kind switch
        {
            ReplayKind.FromStart => 0,
            ReplayKind.FromOffset => request.Offset,

            // Before the first mark nothing is known of the time, so all of it is meant.
            ReplayKind.Since when stream.At < request.Since => null,
            ReplayKind.Since => TimeMarks.OffsetAt(stream.Marks, request.Since!.Value) ?? 0,
            _ => null,
        };
    }
}
