using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
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
    TailingSettings settings, Framings framings, PaddingReader padding, BinaryFiles binaries, IBatchSource batches, RecentBytes recent,
    ReadWindows windows, ITailingEvents events, ILogger logger)
{
    /// <summary>
    /// Bytes of new content that one turn takes at most, unless a single record is longer: small enough for the L2 cache.
    /// </summary>
    public const int Bytes = ReadWindows.ContentBytes;

    private const int SmallBytes = 4 * 1024;

    // So much without a newline and with so many carriage returns is no text whose lines end with newlines.
    private const int HintBytes = 64 * 1024;
    private const int HintReturns = 16;
    private const int MostHinted = 1000;

    private readonly Preamble _preamble = new(framings, events);
    private LazySet<StreamId> _hinted;

    /// <summary>Reads once.</summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Read(TailedStream stream, Ending ending)
    {
        var known = Math.Min(ending == Ending.Final ? stream.Size : stream.ScannedTo, stream.Run?.From ?? long.MaxValue);
        if (stream.Size - stream.Position <= SmallBytes)
        {
            return ReadSmall(stream, ending);
        }

        if (known - stream.Position < Bytes)
        {
            var window = windows.Rent();
            try
            {
                return Read(stream, window, ending);
            }
            finally
            {
                windows.Return(window);
            }
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

    /// <summary>A few new lines, the usual case: no buffer is needed for them.</summary>
    private TurnEnd ReadSmall(TailedStream stream, Ending ending)
    {
        Span<byte> buffer = stackalloc byte[Fingerprint.MaxLength + SmallBytes];
        return Read(stream, buffer, ending);
    }

    private TurnEnd Read(TailedStream stream, Span<byte> buffer, Ending ending)
    {
        var before = stream.Tail.Length;
        var rest = Math.Max(stream.TextEnd, stream.Position) - stream.Position + before;

        // No further than it was seen to be: one more read would only find its end.
        rest = ending == Ending.Final ? rest : Math.Max(stream.Size, stream.Position) - stream.Position + before;
        var most = (int)Math.Min(buffer.Length, rest);
        ending = ending == Ending.Final && most < rest ? Ending.Open : ending;
        var filled = FileContent.Fill(stream.Handle!, buffer[..most], stream.Position - before);
        if (filled < before || Fingerprint.Of(buffer[..before]) != stream.Tail)
        {
            return TurnEnd.Replaced;
        }

        if (ending == Ending.Final && filled < most)
        {
            return TurnEnd.Idle; // truncated just now: the next turn finds that
        }

        var read = buffer[..filled];
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
        var start = stream.Position;
        var fresh = read[before..];
        var (consumed, textFrom, beyond) = (0, 0, 0L);
        var batch = batches.Current(stream.Id, stream.UnreadSince);
        if (settings.Oversize != OversizePolicy.Split && Preamble.LateEnd(stream, read, before) is > 0 and var late)
        {
            batch?.CloseRecord(); // spans are added in file order
            _preamble.Settle(stream, fresh[..late]);
            consumed = late;
        }

        var (end, run) = (PackEnd.Full, default(RunAhead));
        do
        {
            var rest = fresh[consumed..];
            run = padding.Next(stream, rest, start + consumed, ending);
            var text = rest[..run.Start];
            if (!stream.IsText && !text.IsEmpty)
            {
                var verdict = binaries.Judge(stream, rest, start + consumed);
                if (verdict == ContentVerdict.Binary)
                {
                    return TurnEnd.NotText;
                }

                stream.NoteText(verdict == ContentVerdict.Text);
            }

            var isEnd = run.Step is RunStep.None or RunStep.WaitAtEnd;
            end = PackText(stream, text, start + consumed, run.Step == RunStep.Pass ? Ending.Final : isEnd ? ending : Ending.Open,
                ref batch, out var packed);
            consumed += packed;
            if (run.Step != RunStep.Pass || packed < text.Length)
            {
                break;
            }

            batch?.CloseRecord(); // spans are added in file order
            var newline = NewlineBehind(stream, rest, run, start + consumed);
            padding.Pass(
                stream, start + consumed, run.End, newline, TailOf(stream, read[..(before + consumed)], textFrom, consumed));
            var behind = run.End + newline;
            beyond = Math.Max(0, behind - start - fresh.Length);
            consumed = (int)Math.Min(fresh.Length, behind - start);
            textFrom = consumed + before;
            end = PackEnd.Full;
        }
        while (consumed < fresh.Length && stream.HeaderLinesLeft == 0);

        stream.History.Confirm(read[..(before + consumed)], start - before, start);
        stream.Advance(consumed + beyond, TailOf(stream, read[..(before + consumed)], textFrom, consumed));
        if (consumed > 0)
        {
            recent.Note(stream, read[textFrom..(before + consumed)]);
        }

        if (end == PackEnd.NeedMore && fresh.Length - consumed >= HintBytes)
        {
            HintAtReturns(stream, fresh[consumed..]);
        }

        return End(stream, batch, end, run, consumed, start + fresh.Length, ending);
    }

    private void HintAtReturns(TailedStream stream, ReadOnlySpan<byte> text)
    {
        if (stream.Framing!.Newline.IsSentAsItIs && _hinted.Count < MostHinted && !_hinted.Contains(stream.Id)
            && text.Count((byte)'\r') is >= HintReturns and var returns)
        {
            _hinted.Add(stream.Id);
            TailingLog.NoNewlineButReturns(logger, settings.Flow, text.Length, stream.Position, stream.Path, returns);
        }
    }

    private TurnEnd End(TailedStream stream, Batch? batch, PackEnd end, RunAhead run, int consumed, long scanned, Ending ending)
    {
        if (end == PackEnd.NeedMore)
        {
            stream.NoteScanned(run.Step switch
            {
                RunStep.WaitAtEnd => stream.Size,
                RunStep.WaitForFill => stream.Run!.From,
                RunStep.Search => run.End,
                _ => scanned,
            });
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

        return consumed > 0 || end == PackEnd.Oversize || run.Step == RunStep.Search ? TurnEnd.Progress
            : end == PackEnd.Full ? TurnEnd.Blocked
            : run.Step is RunStep.WaitForFill or RunStep.WaitAtEnd || scanned >= stream.Size ? TurnEnd.Idle : TurnEnd.Progress;
    }

    /// <summary>Packs text without padding until it has no record left or there is no room.</summary>
    private PackEnd PackText(
        TailedStream stream, ReadOnlySpan<byte> text, long start, Ending ending, ref Batch? batch, out int packed)
    {
        packed = start == stream.Position ? _preamble.Filter(stream, text, ending) : 0;
        var end = text.IsEmpty ? PackEnd.NeedMore : PackEnd.Full;
        while (batch is not null && !text.IsEmpty)
        {
            var framed = stream.Framing!.Pack(batch, stream.Ring, text[packed..], start + packed, ending);
            packed += framed.Bytes;
            end = framed.End;
            Count(framed);
            if (end == PackEnd.Oversize && settings.Oversize == OversizePolicy.Split)
            {
                var piece = Split(stream, batch, text[packed..], start + packed);
                packed += piece.Bytes;
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

            batch = batches.Next(stream.Id, stream.UnreadSince);
        }

        return end;
    }

    /// <summary>
    /// Fingerprint of the bytes before what is read next, back to the last padding: bytes that may become others tell nothing.
    /// </summary>
    /// <param name="stream">The stream, at its position before the read.</param>
    /// <param name="read">What was read, up to there.</param>
    /// <param name="textFrom">Where in it the text behind the last padding begins.</param>
    /// <param name="consumed">How many bytes behind the position it holds.</param>
    private static Fingerprint TailOf(TailedStream stream, ReadOnlySpan<byte> read, int textFrom, int consumed) =>
        consumed == 0 ? stream.Tail : Fingerprint.Of(read[Math.Max(textFrom, read.Length - Fingerprint.MaxLength)..]);

    /// <summary>Length of the newline behind a run that ends a line: the line has one added already.</summary>
    private static int NewlineBehind(TailedStream stream, ReadOnlySpan<byte> rest, RunAhead run, long from)
    {
        var at = run.End - from + run.Start;
        var newline = stream.Framing!.Newline;
        return newline.Width > 1 || run.Start == 0 || at >= rest.Length || newline.Ends(rest[run.Start - 1]) ? 0
            : rest[(int)at] == '\n' ? 1
            : rest[(int)at..].StartsWith("\r\n"u8) ? 2 : 0;
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
