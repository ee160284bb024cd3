using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;


namespace Shipper.TailShipper.Commands.Explain;

/// <summary>
/// Finds out, from outside the service, which stream of the journal a file is. It decides as the service would (open file,
/// inode, head, bytes before the offset), only more warily: where the service would read a file from its start, nothing is said.
/// </summary>
internal sealed class StreamRecognizer(IFileSystem files)
{
    /// <summary>Recognises an open file among the streams of one flow.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public Recognition Recognize(ITailedFile file, IEnumerable<StreamCheckpoint> ofFlow)
    {
        var stat = file.Stat();
        var known = ofFlow.Where(stream => stream.State != StreamState.Superseded && stream.Path.Length > 0).ToList();
        var holder = known.Where(stream => stream.File == stat.Id).MaxBy(stream => stream.Stream.Number);
        var verdict = holder is null ? FileVerdict.Same : IdentityOf(holder).Verify(file, stat);
        if (holder is not null && verdict == FileVerdict.Same)
        {
            var isProven = holder.Committed == 0 || holder.Tail.Length > 0;
            return new Recognition(isProven ? RecognitionKind.ByInode : RecognitionKind.Unverifiable, holder);
        }

        var holding = known.Where(stream => stream.File != stat.Id && IdentityOf(stream).IsContentOf(file, stat)).ToList();
        var homeless = holding.Where(stream => !HasFileOfItsOwn(stream)).ToList();
        if (homeless.Count > 0)
        {
            var furthest = homeless.Max(stream => stream.Committed);
            var best = homeless.Where(stream => stream.Committed == furthest).ToList();
            return best.Count == 1 ? new Recognition(RecognitionKind.ByContent, best[0]) : new Recognition(RecognitionKind.Ambiguous);
        }

        return holder is not null ? new Recognition(RecognitionKind.Changed, holder, verdict)
            : holding.Count > 0 ? new Recognition(RecognitionKind.Copy, holding[0])
            : default;
    }

    /// <summary>True when a stream's inode is still where the stream was last seen, or beside it, with the stream's content in it.</summary>
    private bool HasFileOfItsOwn(StreamCheckpoint stream)
    {
        if (stream.File == default)
        {
            return false;
        }

        if (Holds(stream.Path, stream) is { } here)
        {
            return here;
        }

        var directory = Path.GetDirectoryName(stream.Path) ?? "/";
        foreach (var entry in files.List(directory).Entries)
        {
            if (!entry.IsDirectory && Holds(Path.Join(directory, entry.Name), stream) is { } beside)
            {
                return beside;
            }
        }

        return false;
    }

    /// <summary>Whether the stream is in the file at <paramref name="path"/>; null when that file has another inode.</summary>
    private bool? Holds(string path, StreamCheckpoint stream)
    {
        var found = files.Stat(path);
        if (found.Status == PathStatus.Unavailable)
        {
            throw new IOException($"{path} cannot be looked at ({found.Reason})");
        }

        if (found.Status != PathStatus.File || found.Stat.Id != stream.File)
        {
            return null;
        }

        var attempt = files.Open(path);
        using var file = attempt.File ?? throw new IOException($"{path} cannot be read ({attempt.Reason})");
        return attempt.Stat.Id == stream.File ? IdentityOf(stream).Verify(file, attempt.Stat) == FileVerdict.Same : null;
    }

    private static FileIdentity IdentityOf(StreamCheckpoint stream) => new(stream.Generation, stream.Head, stream.Committed, stream.Tail);
}
