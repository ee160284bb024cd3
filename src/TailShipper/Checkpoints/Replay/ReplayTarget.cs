namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>Where a replay request sends a stream back to. Pure.</summary>
internal static class ReplayTarget
{
    /// <summary>The offset for one stream; null when the request does not mean it.</summary>
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
