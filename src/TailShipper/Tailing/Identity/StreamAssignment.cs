using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Carries out what was decided about files: streams begin, continue, lose their files, and are forgotten here only.</summary>
internal sealed class StreamAssignment(
    TailingSettings settings, StreamTable streams, ICheckpoints checkpoints, CopyDetector copies, LossAccount losses, RecentBytes recent,
    Framings framings, ITailingEvents events, TimeProvider time, ILogger logger)
{
    // Files found rewritten in a scan get their new streams in the same scan or the next ones.
    private const int MostFormerly = 1024;

    private static readonly TimeSpan LongestTruncation = TimeSpan.FromSeconds(10);

    private LazyMap<FileId, ShippedContent> _formerly;

    /// <summary>Continues in a plain file, which the callee owns from now on.</summary>
    public void Continue(TailedStream stream, OpenedFile opened) =>
        Continue(stream, opened, opened.Path == stream.ExpectedPath ? opened.Path : null);

    /// <summary>Continues in a gzip file, which the callee owns from now on.</summary>
    public void ContinueInArchive(TailedStream stream, OpenedFile opened) => Continue(stream, opened, expectedPath: null, isArchive: true);

    /// <summary>Continues in a file, which the callee owns from now on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="opened">The file.</param>
    /// <param name="expectedPath">The path that must lead to it as long as it is not rotated; null when it is.</param>
    /// <param name="isArchive">True for a gzip file: nobody writes to it, which was waited for.</param>
    public void Continue(TailedStream stream, OpenedFile opened, string? expectedPath, bool isArchive = false)
    {
        var (path, file, stat) = (opened.Path, opened.File, opened.Stat);
        if (stream.Phase == StreamPhase.Acknowledged && stat.Size == stream.Position)
        {
            file.Dispose();
            streams.Rename(stream, stat);
            stream.NoteFinishedFile(path, stat);
            return;
        }

        losses.TakeBack(stream, path);
        losses.Report(stream, Math.Max(stat.Size, stream.Position));
        copies.NoteContinued(opened, stream);
        streams.Open(stream, file, stat);
        var now = time.GetTimestamp();
        stream.ResumeIn(path, stat, expectedPath, now, quietSince: isArchive ? now - time.TicksOf(settings.RotateWait) : now);
        stream.NoteLiesAt(file.Locate());
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }

    /// <summary>
    /// Begins a stream in a file, which the callee owns from now on. None is begun when the file was truncated since it was opened, or
    /// is no longer empty, so that it may be a copy: the next scan meets it as it is now.
    /// </summary>
    /// <param name="opened">The file.</param>
    /// <param name="offset">Where the stream begins, in bytes.</param>
    /// <param name="isStillShipped">Asked, once it is known what is in the file, whether that is still what is not to be shipped again: it
    /// may have been written anew since it was judged.</param>
    /// <returns>The stream; null when none was begun.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TailedStream? Begin(OpenedFile opened, long offset, Func<ITailedFile, bool>? isStillShipped = null)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(opened.File, head, 0)];
        if (head.Length < Math.Min(Fingerprint.MaxLength, opened.Stat.Size) || opened.File.Stat().Size < opened.Stat.Size
            || (opened.Stat.Size == 0 && head.Length > 0))
        {
            opened.File.Dispose();
            return null;
        }

        var tail = FileContent.Before(opened.File, offset);
        if (isStillShipped?.Invoke(opened.File) == false)
        {
            opened.File.Dispose();
            return null;
        }

        var number = checkpoints.NextStream();
        var stream = TailedStream.Begin(number, opened.Path, opened.Stat, offset, head, tail, time.GetTimestamp());
        stream.NoteLiesAt(opened.File.Locate());
        if (_formerly.Remove(opened.Stat.Id, out var before) && offset == 0)
        {
            stream.Succeed(before);
        }

        streams.Add(stream);
        streams.Open(stream, opened.File, opened.Stat);
        TailingLog.Found(logger, settings.Flow, stream.Path, stream.Id.Number, offset, stream.Size);
        return stream;
    }

    /// <summary>Takes its inode from a stream whose file turned out to hold other content.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="what">What became of the file, for the log: "truncated", for example.</param>
    /// <param name="seen">The file that has its inode.</param>
    public void Orphan(TailedStream stream, string what, FileStat seen)
    {
        if (!stream.HasFile(seen))
        {
            ReportDeleted(stream);
        }
        else
        {
            Report(stream, what);
        }

        if (stream.HasFile(seen) && stream is { Gone: 0, Position: > 0 })
        {
            if (_formerly.Count >= MostFormerly)
            {
                _formerly.Clear();
            }

            _formerly.Set(seen.Id, new ShippedContent(stream, stream.Position, recent.Of(stream), whole: null));
        }

        stream.NoteGone(LastMoment(stream, seen, time.GetUtcNow()));
        streams.Orphan(stream);
    }

    /// <summary>
    /// The same for a stream with an open file: a new stream begins at the start of that very file. Its path may lead
    /// elsewhere by now, so the file must not be closed.
    /// </summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public void Replace(TailedStream stream, string what)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        int length;
        FileStat stat;
        do
        {
            stat = stream.Handle!.Stat();
            length = FileContent.Fill(stream.Handle, head, 0);
        }
        while (stream.Handle.Stat().Size < stat.Size); // truncated once more: what was read may be of what came then

        Report(stream, what);
        stream.NoteGone(LastMoment(stream, stat, time.GetUtcNow()));
        var successor = TailedStream.InPlaceOf(checkpoints.NextStream(), stream, stat, head[..length], time.GetTimestamp());
        if (stream.Position > 0)
        {
            successor.Succeed(new ShippedContent(stream, stream.Position, recent.Of(stream), whole: null));
        }
        else if (stream.Before is { } before)
        {
            successor.Succeed(before); // truncated twice before anything of it was read
        }

        stream.NoteLeft();
        streams.Orphan(stream, successor, stat);
        TailingLog.Found(logger, settings.Flow, successor.Path, successor.Id.Number, 0, successor.Size);
    }

    /// <summary>
    /// Continues a stream in the file that replaced its own by rename and holds all of it. What a late writer still adds to the old file,
    /// which has no name any more, is a stream of its own.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="opened">The file, which the callee owns from now on.</param>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public void ContinueInReplacement(TailedStream stream, OpenedFile opened)
    {
        var gone = stream.Gone;
        var stat = stream.Handle!.Stat();
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(stream.Handle, head, 0)];
        var end = framings.Of(stream.Handle).RecordStart(stream.Handle, stat.Size);
        var now = time.GetTimestamp();
        var rest = TailedStream.Begin(checkpoints.NextStream(), stream.Path, stat, end, head, FileContent.Before(stream.Handle, end), now);
        rest.LeaveBehind(gone, now);
        var left = streams.Exchange(stream, opened.File, opened.Stat);
        stream.ResumeIn(opened.Path, opened.Stat, opened.Path, now, quietSince: now);
        stream.NoteLiesAt(opened.File.Locate());
        streams.Add(rest);
        streams.Open(rest, left, stat);
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, opened.Path, stream.Position, opened.Stat.Size);
    }

    /// <summary>
    /// Begins a stream in a file that replaced another one by rename, behind what that one holds. Both could be seen, so it is the same
    /// content.
    /// </summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public void BeginBehind(TailedStream replaced, OpenedFile opened, long offset, Func<ITailedFile, bool> isStillShipped)
    {
        var end = replaced.Handle!.Stat().Size;
        if (Begin(opened, offset, isStillShipped) is { } successor)
        {
            successor.ContinueFor(replaced, end);
            replaced.MarkContinuedElsewhere();
            TailingLog.ShippedBefore(logger, settings.Flow, opened.Path, successor.Id.Number, offset, replaced.Id.Number);
        }
    }

    /// <summary>Closes a compressed file that is not what it was taken for: its stream is searched for again.</summary>
    public void AbandonArchive(TailedStream stream, string reason)
    {
        TailingLog.ArchiveUnusable(logger, settings.Flow, stream.Path, reason);
        streams.Orphan(stream);
    }

    /// <summary>
    /// Asks of a file that was empty when it was found whether it is a copy that had just been created. If so it is forgotten, so that
    /// the next scan identifies it again.
    /// </summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="stat">What it is in this moment.</param>
    /// <returns>True when it was forgotten.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool ForgetIfCopy(TailedStream stream, FileStat stat)
    {
        var opened = new OpenedFile(stream.Path, stream.Handle!, stat);
        if (stat.Size == 0 || (!copies.MayBeCopy(opened) && !FileEvidence.IsOfOrphan(streams, opened)))
        {
            return false;
        }

        Forget(stream);
        return true;
    }

    /// <summary>
    /// Asks of a file that was found to be a copy of what was shipped, and that grew, whether it is being copied on: it is forgotten then,
    /// so that the next scan identifies it again. Else lines were appended, and a line that the copy ended within is read from its start.
    /// </summary>
    /// <returns>True when the stream was forgotten, or another reads on.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool ReconsiderCopy(TailedStream copy)
    {
        var stat = copy.Handle!.Stat();
        if (stat.Size <= copy.Position)
        {
            return false;
        }

        if (copies.IsCopiedOn(copy, new OpenedFile(copy.Path, copy.Handle, stat)))
        {
            Forget(copy);
            return true;
        }

        var framing = framings.Of(copy.Handle);
        if (framing.Newline.LineStart(copy.Handle, copy.Position) == copy.Position)
        {
            return false;
        }

        var offset = framing.RecordStart(copy.Handle, copy.Position);
        var successor = TailedStream.Rewound(
            checkpoints.NextStream(), copy, offset, FileContent.Before(copy.Handle, offset), time.GetTimestamp());
        successor.Follow(copy.Origin!);
        streams.Supersede(copy, successor);
        TailingLog.Resumed(logger, settings.Flow, successor.Id.Number, copy.Path, offset, stat.Size);
        return true;
    }

    /// <summary>Forgets a stream of which nothing was read.</summary>
    public void Forget(TailedStream stream) => streams.Forget(stream);

    /// <summary>
    /// The last moment in which a stream can have been in the file that has its inode: before that was born when it is another one, else
    /// when it was changed last. A copy of the same moment was made before.
    /// </summary>
    /// <remarks>
    /// A truncation shows its new size before its times: ext4 sets them when it has freed the blocks, which takes long for a large file. As
    /// long as they may still be those of the last write, which came before any copy, the moment is now. The modification time tells,
    /// compared with the one of the last poll, and after a start with when the journal recorded the stream: a rename or another mode
    /// moves the time of the last change, too.
    /// </remarks>
    /// <param name="stream">The stream.</param>
    /// <param name="seen">The file, asked after it was found to hold other content: it may have been truncated while it was read.</param>
    /// <param name="now">When that was.</param>
    public static long LastMoment(TailedStream stream, FileStat seen, DateTimeOffset now)
    {
        if (stream.Generation != 0 && seen.Generation != 0 && stream.Generation != seen.Generation)
        {
            return seen.Generation;
        }

        var changed = Math.Max(seen.ModifiedTicks, seen.ChangedTicks);
        var known = stream.ModifiedTicks != 0 ? stream.ModifiedTicks : stream.Recorded?.At.UtcTicks ?? 0;
        var areSettled = seen.ModifiedTicks > known && now.UtcTicks - changed > LongestTruncation.Ticks;
        return areSettled ? changed + 1 : Math.Max(changed + 1, now.UtcTicks);
    }

    /// <summary>Its inode belongs to a file that was born later: the stream's own was deleted, and nothing was truncated.</summary>
    private void ReportDeleted(TailedStream stream)
    {
        if (stream.Position >= stream.TextEnd)
        {
            TailingLog.InodeReused(logger, settings.Flow, stream.Path, stream.Position, stream.Id.Number);
        }
        else
        {
            TailingLog.Orphaned(logger, settings.Flow, stream.Path, "deleted", stream.Id.Number, stream.Position);
        }

        EndMissing(stream);
    }

    private void Report(TailedStream stream, string what)
    {
        TailingLog.Orphaned(logger, settings.Flow, stream.Path, what, stream.Id.Number, stream.Position);
        events.Truncated();
        EndMissing(stream);
    }

    /// <summary>What became of its file is said.</summary>
    private static void EndMissing(TailedStream stream)
    {
        stream.End(ConditionKind.Missing);
        stream.End(ConditionKind.Vanished);
    }
}
