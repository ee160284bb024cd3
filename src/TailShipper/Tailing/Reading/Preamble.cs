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
            Settle(stream, fresh[..length]);
        }

        return length;
    }

    /// <summary>
    /// The newline of a line that was shipped without one, as the last of its file: it has one already. Nothing of that is kept: a position
    /// within a line shows it. Not to be asked where lines are sent in pieces.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">What was just read, from the bytes before the position on.</param>
    /// <param name="before">How many bytes that are.</param>
    /// <returns>Its length; 0 when there is none.</returns>
    public static int LateEnd(TailedStream stream, ReadOnlySpan<byte> read, int before) =>
        before == 0 || read.Length == before || stream.HeaderLinesLeft > 0 || read[before - 1] == 0
            || !stream.Framing!.Newline.IsSentAsItIs || stream.Framing.Newline.Ends(read[before - 1])
            || (before == stream.Position && ByteOrderMark.Is(read[..before])) ? 0
        : read[before] == '\n' ? 1
        : read[before..].StartsWith("\r\n"u8) ? 2 : 0;

    /// <summary>Settles bytes at the position that are not to be shipped.</summary>
    public void Settle(TailedStream stream, ReadOnlySpan<byte> bytes)
    {
        var end = stream.Position + bytes.Length;
        stream.CheckpointCandidates.Add(
            end, Fingerprint.Of(bytes[Math.Max(0, bytes.Length - Fingerprint.MaxLength)..]), stream.Ring.Committed);
        stream.Ring.Settle(stream.Ring.Add(end));
        events.Read(bytes.Length, 0);
        events.Filtered(bytes.Length);
    }
}
