using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Starts streams again further back. The rewound stream gets a new number: what of the old one is still in flight
/// settles for the old one and cannot move the new.
/// </summary>
internal sealed class Rewinder(
    string flow, IFileSystem files, Framings framings, StreamTable streams, ICheckpoints checkpoints, TimeProvider time, ILogger logger)
{
    /// <summary>Rewinds every stream for which <paramref name="target"/> names an offset before its position.</summary>
    /// <param name="target">For each stream, as the journal knows it, the offset to go back to; null leaves it. It is moved back to the
    /// start of its record.</param>
    /// <returns>What was rewound; without those whose file is gone.</returns>
    /// <exception cref="IOException">A file could not be read; the streams before it are rewound.</exception>
    public IReadOnlyList<ReplayedStream> Rewind(Func<StreamCheckpoint, long?> target)
    {
        var known = checkpoints.Of(flow).ToDictionary(checkpoint => checkpoint.Stream);
        var rewound = new List<ReplayedStream>();
        foreach (var stream in streams.All.Where(stream => stream.Phase is not StreamPhase.Superseded and not StreamPhase.Lost).ToList())
        {
            var checkpoint = known.GetValueOrDefault(stream.Id) ?? stream.Recorded ?? New(stream);
            if (target(checkpoint) is not { } wanted || wanted >= stream.Position)
            {
                continue;
            }

            using var opened = stream.Handle is null ? TryOpen(stream) : null;
            if ((stream.Handle ?? opened) is not { } file)
            {
                continue; // what is not there any more cannot be shipped again
            }

            var offset = framings.Of(file).RecordStart(file, wanted);
            var successor = TailedStream.Rewound(
                checkpoints.NextStream(), stream, offset, FileContent.Before(file, offset), time.GetTimestamp());
            streams.Supersede(stream, successor);
            rewound.Add(new ReplayedStream(stream.Path, successor.Position, stream.Position));
            TailingLog.Rewound(logger, flow, stream.Id.Number, successor.Position, stream.Path, successor.Id.Number);
        }

        return rewound;
    }

    private StreamCheckpoint New(TailedStream stream) =>
        new() { Stream = stream.Id, Flow = flow, Path = stream.Path, File = stream.File, At = time.GetUtcNow() };

    /// <summary>
    /// Opens the file of a stream that has none open, when it still lies in the directory where it was last seen; else null.
    /// </summary>
    private ITailedFile? TryOpen(TailedStream stream)
    {
        ITailedFile? opened = null;
        var missing = new SiblingSearch(
            files, streams, mayBeCopy: (_, _) => false, isOfSuccessor: (_, _) => false, new UnreadablePaths(TimeSpan.Zero, time), time);
        missing.ByInode(stream.Orphaned ? [] : [stream], (_, found) =>
        {
            opened?.Dispose(); // another name of it
            opened = found.File;
            stream.NotePath(found.Path);
        });
        return opened;
    }
}
