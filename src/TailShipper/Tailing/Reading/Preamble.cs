using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// What a file begins with and is not shipped, byte order mark and header lines, and what the first tells: how the file is
/// framed. Nothing of it is kept over a restart: it is in the file.
/// </summary>
internal sealed class Preamble(Framings framings, ITailingEvents events)
{
    /// <summary>Finds out how a stream is framed, as long as that is not known or nothing of it is settled.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">What was just read, from the bytes before the position on.</param>
    /// <param name="ending">Final when the file will not grow any more.</param>
    /// <returns>Null when reading can continue; else how the turn ends.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd? Begin(TailedStream stream, ReadOnlySpan<byte> read, Ending ending)
    {
        if (stream.Framing is not null && stream.Position > 0)
        {
            return null;
        }

        Span<byte> own = stackalloc byte[Fingerprint.MaxLength];
        var isRead = stream.Position == stream.Tail.Length || !framings.DependOnHead;
        var head = isRead ? read[..Math.Min(read.Length, own.Length)] : own[..FileContent.Fill(stream.Handle!, own, 0)];
        if (!isRead && (head.Length < stream.Head.Length || Fingerprint.Of(head[..stream.Head.Length]) != stream.Head))
        {
            return TurnEnd.Replaced;
        }

        if (framings.Of(head, isWhole: stream.Position > 0 || ending == Ending.Final) is not { } framing)
        {
            return TurnEnd.Idle;
        }

        var lines = framings.HeaderLines;
        stream.FrameAs(framing, lines == 0 ? 0 : lines - framing.Newline.CountLines(stream.Handle!, stream.Position, lines));
        return null;
    }

    /// <summary>Settles what of <paramref name="fresh"/>, the bytes from the position on, is not to be shipped.</summary>
    /// <returns>How many bytes that is; the position is for the caller to move.</returns>
    public int Filter(TailedStream stream, ReadOnlySpan<byte> fresh, Ending ending)
    {
        var newline = stream.Framing!.Newline;
        var length = stream.Position == 0 ? framings.MarkLength(stream.Framing, fresh) : 0;
        while (stream.HeaderLinesLeft > 0 && length < fresh.Length)
        {
            var line = newline.EndOfFirst(fresh[length..], stream.Position + length);
            if (line == 0)
            {
                length = ending == Ending.Final ? fresh.Length
                    : length + newline.WholeUnits(fresh.Length - length, stream.Position + length);
                break;
            }

            length += line;
            stream.PassHeaderLine();
        }

        if (length > 0)
        {
            stream.CheckpointCandidates.Add(stream.Position + length,
                Fingerprint.Of(fresh[Math.Max(0, length - Fingerprint.MaxLength)..length]), stream.Ring.Committed);
            stream.Ring.Settle(stream.Ring.Add(stream.Position + length));
            events.Read(length, 0);
            events.Filtered(length);
        }

        return length;
    }
}
