using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Files of a flow that ran before begin at their start, even when it had found none: a mark in the journal remembers that it ran.
/// </summary>
internal sealed class FirstRun(TailingSettings settings, ICheckpoints checkpoints, TimeProvider time)
{
    /// <summary>True until the first scan of a flow that never ran before was applied.</summary>
    public bool IsNow { get; private set; }

    /// <summary>What the journal knows of the flow. Superseded streams are forgotten, but not the mark.</summary>
    public IReadOnlyList<StreamCheckpoint> Restore()
    {
        var known = checkpoints.Of(settings.Flow);
        IsNow = known.Count == 0;
        foreach (var checkpoint in known.Where(known => known.State == StreamState.Superseded && known.Path.Length > 0))
        {
            checkpoints.Forget(checkpoint.Stream);
        }

        return known;
    }

    /// <summary>Leaves the mark when this was the first run.</summary>
    public void End()
    {
        if (!IsNow)
        {
            return;
        }

        IsNow = false;
        checkpoints.Record(new StreamCheckpoint
        {
            Stream = checkpoints.NextStream(),
            Flow = settings.Flow,
            Path = "",
            File = default,
            State = StreamState.Superseded,
            At = time.GetUtcNow(),
        });
    }
}
