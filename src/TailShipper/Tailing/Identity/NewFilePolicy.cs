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
internal sealed class NewFilePolicy(
    TailingSettings settings, Framings framings, StreamTable streams, ICheckpoints checkpoints, CopyDetector copies, SourceStreams sources, OrphanSearch orphans,
    Resumption resumption, UnavailableReports unavailable, FlowCounters counters, TimeProvider time, ILogger logger)
{
    /// <summary>Lets a known stream go on in it, begins a new one, or lets it go for now; the callee owns its file.</summary>
    /// <param name="unidentified">The file.</param>
    /// <param name="snapshot">What the scan saw.</param>
    /// <param name="veryFirst">True when this flow never scanned before, in this run or an earlier one.</param>
    /// <param name="isSure">False while a stream could not be looked at that it may be a copy of.</param>
    public void Place(UnidentifiedFile unidentified, ScanSnapshot snapshot, bool veryFirst, bool isSure)
    {
        if (streams.ByFile(unidentified.Stat.Id) is not null)
        {
            unidentified.File.Dispose(); // another name of a file just placed, or one that was just found to be a missing one
            return;
        }

        try
        {
            var found = sources.Of(unidentified, snapshot);
            if (found.Count == 1 && orphans.MayBeElsewhere(found[0], unidentified.Stat.Size))
            {
                unidentified.File.Dispose();
                return;
            }

            if (found.Count == 1)
            {
                var home = unidentified.Path == found[0].Path ? unidentified.Path : null;
                resumption.Resume(found[0], unidentified.Path, unidentified.File, unidentified.Stat, home);
                return;
            }

            if (!isSure || sources.MayHoldUnopened(unidentified, snapshot))
            {
                unidentified.File.Dispose();
                return;
            }

            if (found.Count > 1)
            {
                counters.Ambiguous();
                TailingLog.AmbiguousIdentity(logger, settings.Flow, unidentified.Path, found.Count);
            }

            if (sources.SourceReadPast(unidentified) is { } outgrown)
            {
                // Its original was read past the end of this copy before it was truncated: nothing in it is new.
                Begin(unidentified, unidentified.Stat.Size)?.Follow(outgrown);
                return;
            }

            if (copies.OriginalOfUnfinishedCopy(unidentified, sources.Unopened(snapshot)) is { } original)
            {
                TailingLog.Deferred(logger, settings.Flow, unidentified.Path, original.Path);
                unidentified.File.Dispose();
                return;
            }

            copies.NoteCopied(unidentified);
            var skip = veryFirst && settings.InitialPosition == InitialPosition.EndOfFile;
            Begin(unidentified, skip ? framings.Of(unidentified.File).Newline.LineStart(unidentified.File, unidentified.Stat.Size) : 0);
        }
        catch (IOException exception)
        {
            unidentified.File.Dispose();
            unavailable.Report(unidentified.Path, PathStatus.Unavailable, exception.Message);
        }
    }

    /// <summary>
    /// Begins a stream; null when the file was truncated since it was looked at, or is no longer empty, so that it may be a copy:
    /// the next scan meets it as it is now.
    /// </summary>
    private TailedStream? Begin(UnidentifiedFile unidentified, long offset)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(unidentified.File, head, 0)];
        if (head.Length < Math.Min(Fingerprint.MaxLength, unidentified.Stat.Size) || unidentified.File.Stat().Size < unidentified.Stat.Size
            || (unidentified.Stat.Size == 0 && head.Length > 0))
        {
            unidentified.File.Dispose();
            return null;
        }

        var tail = FileContent.Before(unidentified.File, offset);
        var stream = TailedStream.Begin(
            checkpoints.NextStream(), unidentified.Path, unidentified.Stat, offset, head, tail, time.GetTimestamp());
        streams.Add(stream);
        streams.Open(stream, unidentified.File, unidentified.Stat);
        TailingLog.Found(logger, settings.Flow, stream.Path, stream.Id.Number, offset, stream.Size);
        return stream;
    }
}
