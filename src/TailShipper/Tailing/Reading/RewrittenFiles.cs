using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Finds out where in a file that was truncated or rewritten begins what was not shipped before: many programs write all of the old
/// content again, and more. A file that is shorter than before may be in the middle of that, so it has a moment to become whole.
/// </summary>
internal sealed class RewrittenFiles(TailingSettings settings, Framings framings, ITailingEvents events, TimeProvider time, ILogger logger)
{
    /// <summary>The longest time that a file may be written anew before it is read as it is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Moves a stream behind what was shipped before, if that is known by now.</summary>
    /// <returns>False while it is too early.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool TryBegin(TailedStream stream, long size)
    {
        var before = stream.Before!;
        if (size == 0)
        {
            return false;
        }

        var now = time.GetTimestamp();
        var (quietSince, since) = before.Watch(size, now);
        var end = before.EndIn(stream.Handle!, size);
        if (end < before.End && size < before.End && stream.State == StreamState.Active
            && !IsWritten(before.MayBeComing(stream.Handle!, size), now - quietSince, now - since))
        {
            return false;
        }

        if (end > 0 && framings.Of(stream.Handle!).RecordStart(stream.Handle!, end) is > 0 and var start)
        {
            var tail = FileContent.Before(stream.Handle!, start);
            if (tail.Length == 0 || before.EndIn(stream.Handle!, size) != end)
            {
                return false; // truncated or written anew once more just now: the next turn finds that
            }

            Skip(stream, before, start, tail, size);
        }

        stream.ForgetBefore();
        return true;
    }

    /// <summary>One that begins like the old content is probably being written anew, by a slow writer perhaps; any other is new.</summary>
    private bool IsWritten(bool mayBeComing, long quiet, long all) => mayBeComing
        ? quiet >= time.TicksOf(settings.RotateWait)
        : quiet >= time.TicksOf(settings.PollInterval) || all >= time.TicksOf(Patience);

    private void Skip(TailedStream stream, ShippedContent before, long start, Fingerprint tail, long size)
    {
        stream.ContinueFor(before.Stream, before.End);
        if (start >= before.End)
        {
            before.Stream.NoteCopied(size); // what was unread of it is here
            before.Stream.MarkContinuedElsewhere();
        }

        stream.CheckpointCandidates.Add(start, tail, stream.Ring.Committed);
        stream.Ring.Settle(stream.Ring.Add(start));
        events.Read(start, 0);
        events.Filtered(start);
        stream.Advance(start, tail);
        TailingLog.ShippedBefore(logger, settings.Flow, stream.Path, stream.Id.Number, start, before.Stream.Id.Number);
    }
}
