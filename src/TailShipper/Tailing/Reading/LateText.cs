using System.Buffers;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Ships text that is filled in where reading had passed a run of NULs: a block written out of turn, a page that arrived late. It comes
/// after the lines behind it, which did not wait, and settles by itself.
/// </summary>
internal sealed class LateText(TailingSettings settings, Framings framings, IBatchSource batches, ITailingEvents events, TimeProvider time)
{
    private const int PieceBytes = 256 * 1024;
    private const long BytesPerSearch = 4 * 1024 * 1024;

    // What is filled in usually comes soon.
    private static readonly TimeSpan SoonFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(30);

    /// <summary>Searches the runs that a stream passed, as far as it is time to.</summary>
    /// <returns>Progress when something was packed; blocked when there was no room; else idle.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Turn(TailedStream stream)
    {
        for (var index = 0; index < stream.Passed.Count; index++)
        {
            var run = stream.Passed[index];
            if (IsDue(run) && (stream.Framing ?? framings.Of(stream.Handle!)) is { Newline.IsSentAsItIs: true } framing)
            {
                var end = Search(stream, run, framing);
                if (end != TurnEnd.Idle)
                {
                    return end; // the list of runs may be another
                }
            }
        }

        return TurnEnd.Idle;
    }

    private bool IsDue(PassedRun run) => time.GetElapsedTime(run.SearchedAt)
        >= (time.GetElapsedTime(run.PassedAt) < SoonFor || run.TextSeenAt is not null ? settings.ScanInterval : Seldom);

    private TurnEnd Search(TailedStream stream, PassedRun run, IRecordFraming framing)
    {
        run.SearchedAt = time.GetTimestamp();
        var from = run.SearchedTo < run.End ? run.SearchedTo : run.Start;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var (start, _) = Padding.EndOfRun(stream.Handle!, from, run.End, buffer, BytesPerSearch);
            run.SearchedTo = start;
            if (start >= run.End)
            {
                return TurnEnd.Idle;
            }

            var read = buffer.AsSpan(0, FileContent.Fill(
                stream.Handle!, buffer.AsSpan(0, (int)Math.Min(PieceBytes, run.End - start)), start));
            var nul = read.IndexOf((byte)0);
            return nul == 0 ? TurnEnd.Idle : Pack(stream, run, framing, nul < 0 ? read : read[..nul], start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TurnEnd Pack(TailedStream stream, PassedRun run, IRecordFraming framing, ReadOnlySpan<byte> text, long start)
    {
        var lines = text[..(text.LastIndexOf((byte)'\n') + 1)];
        var isWhole = start + text.Length == run.End || text.Length == PieceBytes;
        if (!isWhole && lines.IsEmpty)
        {
            run.TextSeenAt ??= time.GetTimestamp();
            isWhole = time.GetElapsedTime(run.TextSeenAt.Value) >= settings.RotateWait;
        }

        text = isWhole ? text : lines;
        var ring = new SettledRing(stream.Id, start);
        var packed = 0;
        for (var batch = batches.Current(stream.Id); batch is not null && packed < text.Length; batch = batches.Next(stream.Id))
        {
            var framed = framing.Pack(batch, ring, text[packed..], start + packed, Ending.Final);
            packed += framed.Bytes;
            batch.CloseRecord();
            events.Read(framed.Bytes, framed.Lines);
            events.Odd(framed.Unstarted, framed.Replaced);
            if (framed.End != PackEnd.Full)
            {
                break;
            }
        }

        if (packed == 0)
        {
            return text.IsEmpty ? TurnEnd.Idle : TurnEnd.Blocked;
        }

        stream.NoteLateText(run, new ByteSpan(start, start + packed), ring);
        return TurnEnd.Progress;
    }
}
