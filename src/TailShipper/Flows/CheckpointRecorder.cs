using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Flows;

/// <summary>Tells the journal how far each stream is settled, and what became of it.</summary>
internal sealed class CheckpointRecorder(string flow, StreamTable streams, ICheckpoints checkpoints, TimeProvider time)
{
    // A stream that grows but does not settle is told now and then, so that its loss could be measured after a crash.
    private static readonly TimeSpan SizeOnly = TimeSpan.FromSeconds(5);

    private readonly List<TailedStream> _done = [];

    /// <summary>Records every stream that changed since the last time.</summary>
    public void Run()
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            if (stream.Ring.Pending == 0)
            {
                if (stream.State == StreamState.Superseded || (stream.Displaced && stream.LossReported))
                {
                    _done.Add(stream);
                    continue;
                }

                if (stream is { State: StreamState.Rotated, Drained: true })
                {
                    stream.State = StreamState.Acknowledged;
                }
            }

            if (stream.State != StreamState.Superseded && HasChanged(stream, now))
            {
                stream.Recorded = Snapshot(stream, now);
                checkpoints.Record(stream.Recorded);
            }
        }

        foreach (var stream in _done)
        {
            checkpoints.Forget(stream.Id);
            streams.Remove(stream);
        }

        _done.Clear();
    }

    private static bool HasChanged(TailedStream stream, DateTimeOffset now) =>
        stream.Recorded is not { } recorded
        || recorded.Committed != stream.Ring.Committed
        || recorded.State != stream.State
        || recorded.File != stream.File
        || recorded.Head != stream.Head
        || recorded.Path != stream.Path
        || (recorded.Size != stream.Size && now - recorded.At >= SizeOnly);

    private StreamCheckpoint Snapshot(TailedStream stream, DateTimeOffset now) => new()
    {
        Stream = stream.Id,
        Flow = flow,
        Path = stream.Path,
        File = stream.File,
        Generation = stream.Generation,
        Head = stream.Head,
        Committed = stream.Ring.Committed,
        Tail = TailAtCommitted(stream),
        Size = stream.Size,
        State = stream.State,
        At = now,
    };

    private static Fingerprint TailAtCommitted(TailedStream stream)
    {
        if (stream.Ring.Committed == stream.Position)
        {
            return stream.Tail;
        }

        if (stream.Recorded is { } recorded && recorded.Committed == stream.Ring.Committed)
        {
            return recorded.Tail;
        }

        try
        {
            return stream.Handle is null ? Fingerprint.Empty : FileContent.Before(stream.Handle, stream.Ring.Committed);
        }
        catch (IOException)
        {
            return Fingerprint.Empty;
        }
    }
}
