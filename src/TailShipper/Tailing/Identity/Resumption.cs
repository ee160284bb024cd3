using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Lets known streams go on in the files where they were found.</summary>
internal sealed class Resumption(TailingSettings settings, StreamTable streams, LossReporter losses, TimeProvider time, ILogger logger)
{
    /// <summary>Goes on in a plain file, which the callee owns from now on.</summary>
    public void Continue(TailedStream stream, string path, ITailedFile file, FileStat stat) =>
        Resume(stream, path, file, stat, path == stream.ExpectedPath ? path : null);

    /// <summary>Goes on in a gzip file, which the callee owns from now on.</summary>
    public void ContinueInArchive(TailedStream stream, string path, ITailedFile file, FileStat stat)
    {
        Resume(stream, path, file, stat, home: null);
        stream.QuietSince -= time.TicksOf(settings.RotateWait); // nobody writes to it, which was waited for
    }

    /// <summary>Goes on in a file, which the callee owns from now on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="stat">How it looked.</param>
    /// <param name="home">The path that must lead to it as long as it is not rotated; null when it is.</param>
    public void Resume(TailedStream stream, string path, ITailedFile file, FileStat stat, string? home)
    {
        if (stream.State == StreamState.Acknowledged && stat.Size == stream.Position)
        {
            // Known and finished: remember how it looks, so that the next scan need not open it.
            file.Dispose();
            streams.Rename(stream, stat);
            stream.Path = path;
            stream.Size = stat.Size;
            stream.ModifiedTicks = stat.ModifiedTicks;
            return;
        }

        losses.TakeBack(stream, path);
        losses.Report(stream, Math.Max(stat.Size, stream.Position));
        streams.Open(stream, file, stat);
        stream.Path = path;
        stream.ExpectedPath = home;
        stream.State = home is null ? StreamState.Rotated : StreamState.Active;
        stream.Drained = false;
        stream.LossReported = false;
        stream.MustReopen = false;
        stream.OpenedAt = time.GetTimestamp();
        stream.DropHeadBeyond(stat.Size);
        stream.Absence?.MissingSince = 0;
        stream.Absence?.HinderedSince = 0;
        stream.Deleted = false;
        stream.Size = stat.Size;
        stream.ScannedTo = stream.Position;
        stream.NextPoll = 0;
        stream.IdlePolls = 0;
        stream.QuietSince = time.GetTimestamp();
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }
}
