using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// One bounded read of a file, and its records packed into the current batch. Every read begins with the bytes before the
/// position, so that a file that was truncated and grew again is never mistaken for its old self.
/// </summary>
internal sealed class WindowReader(
    TailingSettings settings, Framings framings, IBatchSource batches, ITailingEvents events, ILogger logger)
{
    /// <summary>
    /// Bytes of new content that one turn takes at most, unless a single record is longer: small enough for the L2 cache.
    /// </summary>
    public const int Bytes = 256 * 1024;

    private readonly Preamble _preamble = new(framings, events);
    private readonly byte[] _window = new byte[Fingerprint.MaxLength + Bytes];

    /// <summary>Reads once.</summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Read(TailedStream stream, Ending ending)
    {
        var known = ending == Ending.Final ? stream.Size : stream.ScannedTo;
        if (known - stream.Position < Bytes)
        {
            return Read(stream, _window, ending);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Fingerprint.MaxLength + (stream.Framing?.LongestRecord ?? Bytes));
        try
        {
            return Read(stream, buffer, ending);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TurnEnd Read(TailedStream stream, byte[] buffer, Ending ending)
    {
        var before = stream.Tail.Length;
        var rest = stream.Size - stream.Position + before;
        var most = ending == Ending.Final ? (int)Math.Min(buffer.Length, rest) : buffer.Length;
        ending = ending == Ending.Final && most < rest ? Ending.Open : ending;
        var filled = FileContent.Fill(stream.Handle!, buffer.AsSpan(0, most), stream.Position - before);
        if (filled < before || Fingerprint.Of(buffer.AsSpan(0, before)) != stream.Tail)
        {
            return TurnEnd.Replaced;
        }

        if (ending == Ending.Final && filled < most)
        {
            return TurnEnd.Idle; // truncated just now: the next turn finds that
        }

        var read = buffer.AsSpan(0, filled);
        if (stream.Head.Length < Fingerprint.MaxLength || before == 0
            ? !TryGrowHead(stream, read)
            : (ending == Ending.Final && !stream.HeadMatches())
                || !FileContent.StillHolds(stream.Handle!, stream.Position - before, read))
        {
            return TurnEnd.Replaced;
        }

        if (_preamble.Begin(stream, read, ending) is { } end)
        {
            if (end == TurnEnd.Idle)
            {
                stream.NoteScanned(stream.Position - before + filled);
            }

            return end;
        }

        return Pack(stream, read, before, ending);
    }

    private TurnEnd Pack(TailedStream stream, ReadOnlySpan<byte> read, int before, Ending ending)
    {
        var fresh = read[before..];
        var scanned = stream.Position + fresh.Length;
        var consumed = _preamble.Filter(stream, fresh, ending);
        var end = PackEnd.Full;
        var batch = batches.Current();
        while (batch is not null)
        {
            var framed = stream.Framing!.Pack(batch, stream.Ring, fresh[consumed..], stream.Position + consumed, ending);
            consumed += framed.Bytes;
            end = framed.End;
            Count(framed);
            if (end == PackEnd.Oversize && settings.Oversize == OversizePolicy.Split)
            {
                var piece = Split(stream, batch, fresh[consumed..], stream.Position + consumed);
                consumed += piece.Bytes;
                end = PackEnd.Full;
                if (piece.Bytes > 0)
                {
                    continue;
                }
            }

            if (end != PackEnd.Full)
            {
                break;
            }

            batch = batches.Next();
        }

        var reach = before + consumed;
        stream.Advance(consumed, consumed == 0 ? stream.Tail : Fingerprint.Of(read[Math.Max(0, reach - Fingerprint.MaxLength)..reach]));
        if (end == PackEnd.NeedMore)
        {
            stream.NoteScanned(scanned);
            stream.NoteWaited(ending == Ending.Quiet);
        }
        else if (end == PackEnd.Oversize)
        {
            events.Oversize();
            if (settings.Oversize == OversizePolicy.DeadLetter)
            {
                TailingLog.OversizeLine(logger, settings.Flow, settings.MaxRecordBytes, stream.Position, stream.Path);
            }

            stream.BeginOversize();
            batch!.CloseRecord(); // spans are added in file order, and the long line comes next
        }

        return consumed > 0 || end == PackEnd.Oversize ? TurnEnd.Progress
            : end == PackEnd.Full ? TurnEnd.Blocked
            : scanned >= stream.Size ? TurnEnd.Idle : TurnEnd.Progress;
    }

    /// <summary>
    /// Packs one piece of a line that is too long; where it continues, what is left of it is framed as a line of its own, also after a
    /// restart.
    /// </summary>
    private Framed Split(TailedStream stream, Batch batch, ReadOnlySpan<byte> rest, long start)
    {
        var piece = stream.Framing!.Cut(batch, stream.Ring, rest, start);
        if (piece.Bytes > 0)
        {
            if (stream.SplitAt != start)
            {
                events.Oversize();
                TailingLog.OversizeSplit(logger, settings.Flow, settings.MaxRecordBytes, start, stream.Path);
            }

            stream.NoteSplit(start + piece.Bytes);
            Count(piece);
        }

        return piece;
    }

    private void Count(Framed framed)
    {
        events.Read(framed.Bytes, framed.Lines);
        events.Odd(framed.Unstarted, framed.Replaced);
    }

    /// <summary>Extends the head as the file grows, once the old head, or all that was read, is seen to be the same.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">What was just read, from the bytes before the position on: used where it begins with the file's first
    /// byte.</param>
    private static bool TryGrowHead(TailedStream stream, ReadOnlySpan<byte> read)
    {
        Span<byte> own = stackalloc byte[Fingerprint.MaxLength];
        var head = stream.Position == stream.Tail.Length
            ? read[..Math.Min(read.Length, own.Length)]
            : own[..FileContent.Fill(stream.Handle!, own, 0)];
        if ((!stream.Identity.IsKnownByTail
                && (head.Length < stream.Head.Length || Fingerprint.Of(head[..stream.Head.Length]) != stream.Head))
            || !FileContent.StillHolds(stream.Handle!, stream.Position - stream.Tail.Length, read))
        {
            return false;
        }

        if (head.Length > stream.Head.Length)
        {
            stream.GrowHead(head);
        }
        else
        {
            stream.ReplaceHead(head); // the same, or a half line behind what was read was overwritten
        }

        return true;
    }
}
