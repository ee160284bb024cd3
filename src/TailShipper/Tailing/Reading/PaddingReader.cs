using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Decides what becomes of a run of NULs that reading comes to: text behind it is read at once or, where the file was written to just now,
/// a moment later, because what is missing may be on its way; a run at the end of a file is waited at.
/// </summary>
internal sealed class PaddingReader(TailingSettings settings, ITailingEvents events, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// How long text behind a run waits for what may fill it: a page of a network file system, a block written out of turn.
    /// </summary>
    public static readonly TimeSpan FillWait = TimeSpan.FromMilliseconds(500);

    // A run of so many bytes is not about to be filled.
    private const long LongRun = 1024 * 1024;
    private const long BytesPerTurn = 4 * 1024 * 1024;
    private const long BytesPerRecheck = 1024 * 1024;
    private const int PieceBytes = 256 * 1024;
    private const int MostNamed = 10_000;

    // Where the file system knows no holes, all of a long run is only searched for text now and then.
    private static readonly TimeSpan DeepSearch = TimeSpan.FromSeconds(30);

    private LazySet<FileId> _named;
    private LazySet<FileId> _empty;

    /// <summary>What to do about the first padding in what is to be read next.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="text">Bytes of its file from a record's start on.</param>
    /// <param name="offset">Their offset.</param>
    /// <param name="ending">Final when the file will not grow any more.</param>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public RunAhead Next(TailedStream stream, ReadOnlySpan<byte> text, long offset, Ending ending)
    {
        var (start, length) = PaddingSearch.First(text, offset, stream.Framing!.Newline);
        if (length == 0)
        {
            return new RunAhead(RunStep.None, text.Length, 0);
        }

        var from = offset + start;
        if (start + length < text.Length)
        {
            if (ending == Ending.Final || MayPass(stream, from, from + length))
            {
                return new RunAhead(RunStep.Pass, start, from + length);
            }

            if (offset + text.Length >= stream.Size)
            {
                stream.Run!.Behind = (offset + text.TrimEnd((byte)0).Length, stream.Size);
            }

            return new RunAhead(RunStep.WaitForFill, start, from + length);
        }

        return BehindWindow(stream, text, start, from, ending);
    }

    /// <summary>Reading passes a run: it is settled.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="newline">Bytes of the newline behind it that belongs to the line in front of it.</param>
    /// <param name="before">Fingerprint of the bytes before it.</param>
    public void Pass(TailedStream stream, long start, long end, int newline, Fingerprint before)
    {
        var behind = end + newline;
        stream.Ring.Settle(stream.Ring.Add(behind));
        events.Read(behind - start, 0);
        events.Padding(behind - start);
        stream.PassRun(new PassedRun(start, end, before, time.GetTimestamp()) { Behind = behind });
        if (_named.Count < MostNamed && _named.Add(stream.File))
        {
            TailingLog.PaddingPassed(logger, settings.Flow, end - start, start, stream.Path);
        }
    }

    /// <summary>True when text was filled in where the NULs at the end of a file begin: nothing else may tell of it.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static bool IsFilled(TailedStream stream, PaddingRun run)
    {
        Span<byte> first = stackalloc byte[4096];
        first = first[..(int)Math.Min(first.Length, Math.Min(run.To, stream.Size) - run.From)];
        first = first[..FileContent.Fill(stream.Handle!, first, run.From)];
        return Padding.Leading(first) < first.Length;
    }

    /// <summary>A run continues behind what was read.</summary>
    private RunAhead BehindWindow(TailedStream stream, ReadOnlySpan<byte> text, int start, long from, Ending ending)
    {
        var windowEnd = from - start + text.Length;
        var wait = new RunAhead(RunStep.WaitAtEnd, start, stream.Size);
        var run = stream.NoteRun(from, Math.Max(windowEnd, stream.Run?.From == from ? Math.Min(stream.Run.To, stream.Size) : 0));
        if (windowEnd >= stream.Size)
        {
            run.SearchedAt = time.GetTimestamp();
            return wait;
        }

        var isKnown = run.SearchedTo is null && run.To >= stream.Size && time.GetElapsedTime(run.SearchedAt) < DeepSearch;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var (end, isEnd) = Padding.EndOfRun(
                stream.Handle!, isKnown ? windowEnd : Math.Max(windowEnd, run.SearchedTo ?? Unsearched(run, stream)), stream.Size, buffer,
                isKnown ? BytesPerRecheck : BytesPerTurn);
            if (!isEnd)
            {
                if (isKnown)
                {
                    return wait;
                }

                run.SearchedTo = end;
                run.Reaches(Math.Max(run.To, end));
                return new RunAhead(RunStep.Search, start, end);
            }

            run.SearchedTo = null;
            run.Reaches(end);
            if (end >= stream.Size)
            {
                run.SearchedAt = time.GetTimestamp();
                if (from == 0 && end >= LongRun && _empty.Count < MostNamed && _empty.Add(stream.File))
                {
                    TailingLog.OnlyPadding(logger, settings.Flow, stream.Path, end);
                }

                return wait;
            }

            if (start > 0 && IsContent(stream, text, start, from, end))
            {
                stream.DropRun();
                return new RunAhead(RunStep.None, text.Length, 0);
            }

            return ending == Ending.Final || MayPass(stream, from, end)
                ? new RunAhead(RunStep.Pass, start, end)
                : new RunAhead(RunStep.WaitForFill, start, end);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What the file grew by is searched, not what is known; after a while all of it again.
    private long Unsearched(PaddingRun run, TailedStream stream) =>
        run.To < stream.Size && time.GetElapsedTime(run.SearchedAt) < DeepSearch ? run.To : 0;

    /// <summary>True when a few NULs at the end of a window are within a line.</summary>
    private static bool IsContent(TailedStream stream, ReadOnlySpan<byte> text, int start, long from, long end)
    {
        Span<byte> next = stackalloc byte[2];
        return stream.Framing!.Newline is { Width: 1 } newline && newline != Newline.Nul && !newline.Ends(text[start - 1])
            && FileContent.Fill(stream.Handle!, next, end) > 0 && !PaddingSearch.IsPadding(end - from, end, next);
    }

    private bool MayPass(TailedStream stream, long from, long end)
    {
        if (end - from >= LongRun || time.GetUtcNow().UtcTicks - stream.ModifiedTicks >= FillWait.Ticks)
        {
            return true;
        }

        var run = stream.NoteRun(from, end);
        run.TextSeenAt ??= time.GetTimestamp();
        return time.GetElapsedTime(run.TextSeenAt.Value) >= FillWait;
    }
}

/// <summary>The first padding in a window, and what to do about it.</summary>
/// <param name="Step">What.</param>
/// <param name="Start">Where it begins in the window; its length without one.</param>
/// <param name="End">Where it ends in the file, as far as is known.</param>
internal readonly record struct RunAhead(RunStep Step, int Start, long End);

/// <summary>What to do at a run of NULs.</summary>
internal enum RunStep
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Read on behind it.</summary>
    Pass,

    /// <summary>The file ends with it: it may become text.</summary>
    WaitAtEnd,

    /// <summary>Text follows, but it is too early to take the run for lasting.</summary>
    WaitForFill,

    /// <summary>Its end was not found yet; the next turn continues the search.</summary>
    Search,
}
