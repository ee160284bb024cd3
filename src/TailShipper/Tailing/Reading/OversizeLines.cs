using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// What becomes of a line that is longer than a record and not sent in pieces: it goes to the dead letters, or what fits of it is
/// sent. Either way its end is found first, a bounded piece each turn, so that a line of any length, also one that still grows,
/// needs no memory and starves nobody; and its span settles whole, so that a restart finds the whole line again or none of it.
/// </summary>
internal sealed class OversizeLines(
    TailingSettings settings, IDeadLetters deadLetters, IBatchSource batches, ReadWindows windows, ITailingEvents events, ILogger logger)
{
    private const int BytesPerTurn = 4 * 1024 * 1024;
    private const int PieceBytes = ReadWindows.ContentBytes;

    private static readonly byte[] NulSector = new byte[Padding.Sector];

    private byte[] _piece = [];

    /// <summary>One bounded step for a stream that has an oversize line.</summary>
    /// <exception cref="IOException">The file or the dead letters failed; the step is taken again.</exception>
    public TurnEnd Turn(TailedStream stream)
    {
        _piece = windows.Rent();
        try
        {
            return Step(stream);
        }
        finally
        {
            windows.Return(_piece);
            _piece = [];
        }
    }

    private TurnEnd Step(TailedStream stream)
    {
        var line = stream.Oversize!;
        if (stream.Size < Math.Max(line.ScannedTo, line.WrittenTo))
        {
            return Forget(stream);
        }

        if (line.End is null && FindEnd(stream, line) is { } unfinished)
        {
            return unfinished;
        }

        if (!Holds(stream))
        {
            return Forget(stream); // the newline may be one of other content; the next turn finds what became of the file
        }

        return settings.Oversize == OversizePolicy.Truncate ? Truncate(stream, line, line.End!.Value)
            : SetAside(stream, line, line.End!.Value);
    }

    private TurnEnd SetAside(TailedStream stream, OversizeLine line, long end)
    {
        for (var step = 0; step < BytesPerTurn && line.WrittenTo < end; step += PieceBytes)
        {
            var before = (int)Math.Min(Fingerprint.MaxLength, line.WrittenTo);
            var filled = (int)Math.Min(PieceBytes, end - line.WrittenTo);
            var read = _piece.AsSpan(0, before + filled);
            if (FileContent.Fill(stream.Handle!, read, line.WrittenTo - before) < read.Length || !Holds(stream))
            {
                return Forget(stream);
            }

            var tail = Fingerprint.Of(read[Math.Max(0, read.Length - Fingerprint.MaxLength)..]);
            var letter = new DeadLetter(
                stream.Id, stream.Path, new ByteSpan(line.WrittenTo, line.WrittenTo + filled),
                $"line too long: {HumanNumbers.Count(end - line.Start)} bytes; a record holds "
                + HumanNumbers.Count(settings.MaxRecordBytes))
            {
                Line = new ByteSpan(line.Start, end),
                Encoding = stream.Framing!.Newline.Encoding,
            };
            if (line.WrittenTo == line.Start)
            {
                deadLetters.MakeRoom(letter, end - line.Start, PieceBytes);
            }

            deadLetters.Append(letter, read[before..]);
            line.Wrote(filled, tail);
        }

        if (line.WrittenTo < end)
        {
            return TurnEnd.Progress;
        }

        // Nothing is read from here on: whatever becomes of the file now, all of the line is on disk, and it must not come again.
        Sync(line);
        events.DeadLettered(end - line.Start);
        stream.CheckpointCandidates.Add(end, line.Tail, stream.Ring.Committed);
        stream.Ring.Settle(stream.Ring.Add(end));
        return Finish(stream, line, end, line.Tail);
    }

    private TurnEnd Truncate(TailedStream stream, OversizeLine line, long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(stream.Framing!.LongestRecord);
        try
        {
            var window = buffer.AsSpan(0, (int)Math.Min(stream.Framing.LongestRecord, end - line.NewlineBytes - line.Start));
            var isWhole = FileContent.Fill(stream.Handle!, window, line.Start) == window.Length;
            var tail = FileContent.Before(stream.Handle!, end);
            if (!isWhole || !Holds(stream))
            {
                return Forget(stream);
            }

            for (var batch = batches.Current(stream.Id); batch is not null; batch = batches.Next(stream.Id))
            {
                var framed = stream.Framing.Cut(batch, stream.Ring, window, line.Start, spanEnd: end);
                if (framed.Bytes > 0)
                {
                    var cut = end - line.Start - framed.Bytes - line.NewlineBytes;
                    events.Odd(0, framed.Replaced);
                    events.Cut(cut);
                    TailingLog.OversizeTruncated(logger, settings.Flow, end - line.Start, line.Start, stream.Path, cut);
                    return Finish(stream, line, end, tail);
                }
            }

            return TurnEnd.Blocked;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TurnEnd Finish(TailedStream stream, OversizeLine line, long end, Fingerprint tail)
    {
        events.Read(end - line.Start, 1);
        stream.FinishOversize(end, tail);
        return TurnEnd.Progress;
    }

    /// <summary>True when what was just read came from the file that the position is in: what surrounds it is as it was.</summary>
    private static bool Holds(TailedStream stream) => stream.HeadMatches() && stream.TailMatches();

    private void Sync(OversizeLine line)
    {
        try
        {
            deadLetters.Sync();
        }
        catch (IOException)
        {
            // What a failed sync left behind cannot be trusted, even if the next sync succeeds: write it all again.
            line.WriteAgain();
            throw;
        }
    }

    /// <summary>The file was cut within the line: what it holds behind the position is read again.</summary>
    private static TurnEnd Forget(TailedStream stream)
    {
        stream.AbandonOversize();
        return TurnEnd.Progress;
    }

    /// <summary>Searches for the newline that ends a line, or the padding that cuts it off.</summary>
    /// <returns>Null when it was found; else how the turn ends.</returns>
    private TurnEnd? FindEnd(TailedStream stream, OversizeLine line)
    {
        var newline = stream.Framing!.Newline;
        for (var step = 0; step < BytesPerTurn; step += PieceBytes)
        {
            var piece = _piece.AsSpan(0, FileContent.Fill(stream.Handle!, _piece, line.ScannedTo));
            var run = newline.Width == 1 && newline != Newline.Nul ? piece.IndexOf(NulSector) : -1;
            if (newline.EndOfFirst(run < 0 ? piece : piece[..run], line.ScannedTo) is > 0 and var length)
            {
                line.FoundEnd(line.ScannedTo + length, newline.Width);
                return null;
            }

            if (run >= 0)
            {
                return PassPadding(stream, line, line.ScannedTo + run);
            }

            // A run that only begins here is seen whole by the next step.
            var nuls = newline.Width == 1 && newline != Newline.Nul ? piece.Length - piece.TrimEnd((byte)0).Length : 0;
            line.Scanned(newline.WholeUnits(piece.Length - nuls, line.ScannedTo));
            if (piece.Length < PieceBytes)
            {
                return TurnEnd.Idle;
            }
        }

        return TurnEnd.Progress;
    }

    /// <summary>Text behind padding is of another line. Where the file ends with it, it may be filled in.</summary>
    private TurnEnd? PassPadding(TailedStream stream, OversizeLine line, long from)
    {
        line.Scanned((int)(from - line.ScannedTo));
        var (end, isKnown) = Padding.EndOfRun(stream.Handle!, Math.Max(from, line.PaddingTo), stream.Size, _piece, BytesPerTurn);
        line.NotePadding(end);
        if (!isKnown || end >= stream.Size)
        {
            return isKnown ? TurnEnd.Idle : TurnEnd.Progress;
        }

        line.FoundEnd(from, 0);
        return null;
    }
}
