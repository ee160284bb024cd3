using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Decides what a file is whose inode belongs to no known stream: the rest of a known stream, a copy, one in the making, or new.</summary>
internal sealed class Placement(
    TailingSettings settings, Framings framings, StreamTable streams, ICheckpoints checkpoints, CopyWatch copies, Origins origins, OrphanSearch orphans,
    Resumption resumption, UnavailableReports unavailable, FlowCounters counters, TimeProvider time, ILogger logger)
{
    /// <summary>Lets a known stream go on in it, begins a new one, or lets it go for now; the callee owns its file.</summary>
    /// <param name="newcomer">The file.</param>
    /// <param name="sightings">What the scan saw.</param>
    /// <param name="veryFirst">True when this flow never scanned before, in this run or an earlier one.</param>
    /// <param name="isSure">False while a stream could not be looked at that it may be a copy of.</param>
    public void Place(Newcomer newcomer, Sightings sightings, bool veryFirst, bool isSure)
    {
        if (streams.ByFile(newcomer.Stat.Id) is not null)
        {
            newcomer.File.Dispose(); // another name of a file just placed, or one that was just found to be a missing one
            return;
        }

        try
        {
            var found = origins.Of(newcomer, sightings);
            if (found.Count == 1 && orphans.MayBeElsewhere(found[0], newcomer.Stat.Size))
            {
                newcomer.File.Dispose();
                return;
            }

            if (found.Count == 1)
            {
                var home = newcomer.Path == found[0].Path ? newcomer.Path : null;
                resumption.Resume(found[0], newcomer.Path, newcomer.File, newcomer.Stat, home);
                return;
            }

            if (!isSure || origins.MayHoldUnseen(newcomer, sightings))
            {
                newcomer.File.Dispose();
                return;
            }

            if (found.Count > 1)
            {
                counters.Ambiguous();
                TailingLog.AmbiguousIdentity(logger, settings.Flow, newcomer.Path, found.Count);
            }

            if (origins.OutgrownBy(newcomer) is { } outgrown)
            {
                // Its original was read past the end of this copy before it was truncated: nothing in it is new.
                Begin(newcomer, newcomer.Stat.Size)?.Follow(outgrown);
                return;
            }

            if (copies.MayBeCopyInTheMaking(newcomer, origins.Unopened(sightings)) is { } original)
            {
                TailingLog.Deferred(logger, settings.Flow, newcomer.Path, original.Path);
                newcomer.File.Dispose();
                return;
            }

            copies.NoteCopied(newcomer);
            var skip = veryFirst && settings.InitialPosition == InitialPosition.EndOfFile;
            Begin(newcomer, skip ? framings.Of(newcomer.File).Newline.LineStart(newcomer.File, newcomer.Stat.Size) : 0);
        }
        catch (IOException exception)
        {
            newcomer.File.Dispose();
            unavailable.Report(newcomer.Path, Sight.Unavailable, exception.Message);
        }
    }

    /// <summary>
    /// Begins a stream; null when the file was truncated since it was looked at, or is no longer empty, so that it may be a copy:
    /// the next scan meets it as it is now.
    /// </summary>
    private TailedStream? Begin(Newcomer newcomer, long offset)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(newcomer.File, head, 0)];
        if (head.Length < Math.Min(Fingerprint.MaxLength, newcomer.Stat.Size) || newcomer.File.Stat().Size < newcomer.Stat.Size
            || (newcomer.Stat.Size == 0 && head.Length > 0))
        {
            newcomer.File.Dispose();
            return null;
        }

        var stream = new TailedStream(checkpoints.NextStream(), newcomer.Path, newcomer.Stat, offset)
        {
            Tail = FileContent.Before(newcomer.File, offset),
            QuietSince = time.GetTimestamp(),
            OpenedAt = time.GetTimestamp(),
        };
        stream.ReplaceHead(head);
        streams.Add(stream);
        streams.Open(stream, newcomer.File, newcomer.Stat);
        TailingLog.Found(logger, settings.Flow, stream.Path, stream.Id.Number, offset, stream.Size);
        return stream;
    }
}
