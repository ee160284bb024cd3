using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>Ends the reading of rotated files that have been quiet for long enough.</summary>
internal sealed class Draining(TailingSettings settings, TailedStreamReader reader, StreamTable streams, TimeProvider time, ILogger logger)
{
    /// <summary>Drains a stream of which nothing is left to read, if it is time to.</summary>
    /// <returns>True when it has to be searched for: a longer copy may be elsewhere.</returns>
    /// <exception cref="IOException">The file system failed; the next turn tries again.</exception>
    public bool EndIfDone(TailedStream stream)
    {
        if (stream.State != StreamState.Rotated || time.GetElapsedTime(stream.QuietSince) < settings.RotateWait)
        {
            return false;
        }

        if (stream.MayBeLonger)
        {
            // A half line at its end stays where it is: the longer copy has the whole line.
            if (!stream.IsSettled)
            {
                return false;
            }

            TailingLog.SearchContinues(logger, settings.Flow, stream.Id.Number, stream.Path, stream.Position);
            streams.Orphan(stream);
            return true;
        }

        // It stays open until all of it is settled: what is recorded of it on the way is verified by the bytes before that.
        if ((IsLeftToAnother(stream) || reader.TryFlushRest(stream)) && stream.IsSettled)
        {
            stream.MarkDrained();
            stream.NoteLiesAt(stream.Handle!.Locate() ?? stream.LiesAt);
            streams.Close(stream);
            if (stream.IsLeftBehind)
            {
                streams.Remove(stream);
                return false;
            }

            TailingLog.Drained(logger, settings.Flow, stream.Id.Number, stream.Path, stream.Position);
        }

        return false;
    }

    /// <summary>True when a half line is all that is left of it, and another file holds the whole line.</summary>
    private static bool IsLeftToAnother(TailedStream stream) =>
        stream is { IsContinuedElsewhere: true, Oversize: null } && stream.ScannedTo >= stream.Size;
}
