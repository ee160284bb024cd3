using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Watches files that were deleted while they were read: they are read to their end, and until then their space on the disk is
/// not free, however little of them there is to see. With a budget the oldest are given up when they take more.
/// </summary>
internal sealed class DeletedFiles(
    TailingSettings settings, StreamTable streams, ITailingEvents events, TimeProvider time, ILogger logger)
{
    private readonly List<(TailedStream Stream, long Bytes)> _held = [];

    /// <summary>True when there are files that are open and at none of the flow's paths: they are checked again for deletion.</summary>
    public bool IsWatching { get; private set; }

    /// <summary>Checks the files that a scan did not see.</summary>
    public void Watch(ScanSnapshot snapshot)
    {
        IsWatching = false;
        _held.RemoveAll(IsClosed);
        foreach (var stream in streams.Live)
        {
            if (stream.State == StreamState.Rotated && snapshot.PathOf(stream.File) is null)
            {
                IsWatching = true;
                Check(stream);
            }
        }

        var bytes = _held.Sum(held => held.Bytes);
        while (settings.MaxDeletedBytes > 0 && bytes > settings.MaxDeletedBytes)
        {
            bytes -= _held[0].Bytes;
            GiveUp(_held[0].Stream);
            _held.RemoveAt(0);
        }

        events.Hold(bytes);
    }

    private void Check(TailedStream stream)
    {
        try
        {
            var stat = stream.Handle!.Stat();
            if (stat.Links > 0)
            {
                return;
            }

            var bytes = stream.Handle is IDecodedFile decoded ? decoded.BytesOnDisk : stat.Size;
            var index = _held.FindIndex(held => held.Stream == stream);
            if (index >= 0)
            {
                _held[index] = (stream, bytes);
                return;
            }

            stream.MarkDeleted(stat, time.GetUtcNow().UtcTicks);
            _held.Add((stream, bytes));
            TailingLog.DeletedWhileRead(logger, settings.Flow, stream.Path, stream.Id.Number, bytes,
                Math.Max(0, stat.Size - stream.Position));
        }
        catch (IOException)
        {
            // Its next turn reports that.
        }
    }

    private bool IsClosed((TailedStream Stream, long Bytes) held)
    {
        if (held.Stream.Handle is not null)
        {
            return false;
        }

        TailingLog.DeletedClosed(logger, settings.Flow, held.Stream.Path, held.Stream.Id.Number, held.Bytes);
        return true;
    }

    private void GiveUp(TailedStream stream)
    {
        var unread = Math.Max(0, stream.TextEnd - stream.Position);
        TailingLog.DeletedGivenUp(logger, settings.Flow, unread, stream.Path, stream.Id.Number, stream.Position, stream.TextEnd,
            settings.MaxDeletedBytes);
        events.Lost(unread);
        stream.MarkLost();
        stream.GiveUp(unread);
        streams.Orphan(stream);
    }
}
