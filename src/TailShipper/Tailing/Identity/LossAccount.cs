using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Counts and reports bytes that are lost, and takes them back when they are found.</summary>
internal sealed class LossAccount(TailingSettings settings, ITailingEvents events, ILogger logger)
{
    /// <summary>
    /// How long something may keep a search from being complete before what is missing counts as lost, for the time being.
    /// </summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>Reports what a stream was seen to hold beyond <paramref name="from"/> and that is nowhere any more.</summary>
    public void Report(TailedStream stream, long from)
    {
        from = Math.Max(from, stream.CopiedTo);
        if (stream.TextEnd > from)
        {
            events.Lost(stream.TextEnd - from);
            TailingLog.Lost(logger, settings.Flow, stream.TextEnd - from, stream.Path, stream.Id.Number, from, stream.TextEnd);
        }
    }

    /// <summary>Counts what is unread of a stream, and nowhere else, as lost.</summary>
    public void GiveUp(TailedStream stream)
    {
        events.Lost(stream.TextEnd - stream.OnlyHereFrom);
        stream.GiveUp(stream.TextEnd - stream.OnlyHereFrom);
    }

    /// <summary>Takes back what was counted as lost of a stream that is found after all, at <paramref name="path"/>.</summary>
    public void TakeBack(TailedStream stream, string path)
    {
        if (stream.BytesGivenUp > 0)
        {
            events.Lost(-stream.BytesGivenUp);
            TailingLog.FoundAfterAll(logger, settings.Flow, stream.BytesGivenUp, stream.Id.Number, path);
            stream.TakeBack();
        }
    }
}
