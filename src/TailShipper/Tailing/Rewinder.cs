using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;

namespace Shipper.TailShipper.Tailing;

/// <summary>
/// Starts streams again further back. The rewound stream gets a new number: what of the old one is still in flight
/// settles for the old one and cannot move the new.
/// </summary>
internal sealed class Rewinder(string flow, IFileSystem files, StreamTable streams, ICheckpoints checkpoints, TimeProvider time, ILogger logger)
{
    /// <summary>Rewinds every stream for which <paramref name="target"/> names an offset before where it stands.</summary>
    /// <param name="target">For each stream, as the journal knows it, the offset to go back to; null leaves it. It is moved back to the start of its line.</param>
    /// <returns>What was rewound.</returns>
    /// <exception cref="IOException">A file could not be read; the streams before it are rewound.</exception>
    public IReadOnlyList<ReplayedStream> Rewind(Func<StreamCheckpoint, long?> target)
    {
        var known = checkpoints.Of(flow).ToDictionary(checkpoint => checkpoint.Stream);
        var rewound = new List<ReplayedStream>();
        foreach (var stream in streams.All.Where(stream => stream.State != StreamState.Superseded && !stream.LossReported).ToList())
        {
            if (known.TryGetValue(stream.Id, out var checkpoint) && target(checkpoint) is { } wanted && wanted < stream.Position)
            {
                var successor = Successor(stream, wanted);
                streams.Supersede(stream, successor);
                rewound.Add(new ReplayedStream(stream.Path, successor.Position, stream.Position));
                TailingLog.Rewound(logger, flow, stream.Id.Number, successor.Position, stream.Path, successor.Id.Number);
            }
        }

        return rewound;
    }

    private TailedStream Successor(TailedStream stream, long wanted)
    {
        var opened = stream.Handle is null ? files.Open(stream.Path) : default;
        using var own = opened.File;
        var file = stream.Handle ?? (opened.Stat.Id == stream.File ? opened.File : null);
        var offset = file is null ? wanted : FileContent.LineStart(file, wanted);
        return new TailedStream(checkpoints.NextStream(), stream.Path, new FileStat(stream.File, stream.Size, 0, stream.Generation), offset)
        {
            Head = stream.Head,
            HomePath = stream.HomePath,
            State = stream.State == StreamState.Acknowledged ? StreamState.Rotated : stream.State,
            Tail = file is null ? Fingerprint.Empty : FileContent.Before(file, offset),
            QuietSince = time.GetTimestamp(),
        };
    }
}
