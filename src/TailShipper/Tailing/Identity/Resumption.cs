using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Lets known streams go on in the files where they were found.</summary>
internal sealed class Resumption(TailingSettings settings, StreamTable streams, LossReporter losses, TimeProvider time, ILogger logger)
{
    /// <summary>Continues in a plain file, which the callee owns from now on.</summary>
    public void Continue(TailedStream stream, string path, ITailedFile file, FileStat stat) =>
        Resume(stream, path, file, stat, path == stream.ExpectedPath ? path : null);

    /// <summary>Continues in a gzip file, which the callee owns from now on.</summary>
    public void ContinueInArchive(TailedStream stream, string path, ITailedFile file, FileStat stat) =>
        Resume(stream, path, file, stat, expectedPath: null, isArchive: true);

    /// <summary>Continues in a file, which the callee owns from now on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="stat">How it looked.</param>
    /// <param name="expectedPath">The path that must lead to it as long as it is not rotated; null when it is.</param>
    /// <param name="isArchive">True for a gzip file: nobody writes to it, which was waited for.</param>
    public void Resume(TailedStream stream, string path, ITailedFile file, FileStat stat, string? expectedPath, bool isArchive = false)
    {
        if (stream.Phase == StreamPhase.Acknowledged && stat.Size == stream.Position)
        {
            file.Dispose();
            streams.Rename(stream, stat);
            stream.NoteFinishedFile(path, stat);
            return;
        }

        losses.TakeBack(stream, path);
        losses.Report(stream, Math.Max(stat.Size, stream.Position));
        streams.Open(stream, file, stat);
        var now = time.GetTimestamp();
        stream.ResumeIn(path, stat, expectedPath, now, quietSince: isArchive ? now - time.TicksOf(settings.RotateWait) : now);
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }
}
