using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Flows;

/// <summary>Carries out a batch's report: settles accepted records, writes dead letters for poison records, puts back the rest.</summary>
internal sealed class Settlement(
    string flow, ServiceLimits limits, FlowBatches batches, StreamTable streams, IDeadLetters deadLetters, LetterQueue letters,
    FlowCounters counters, RecordTaps taps, ILogger logger)
{
    private static readonly TimeSpan DeadLetterRetry = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Applies every delivery that has finished, and writes the dead letters of records that could not be processed. Returns false when
    /// there was none.
    /// </summary>
    public bool Run()
    {
        var any = letters.Flush();
        while (batches.TryTakeFinished(out var batch, out var report))
        {
            any = true;
            Apply(batch, report);
        }

        return any;
    }

    private void Apply(Batch batch, DeliveryReport report)
    {
        var entries = batch.Entries;
        var (kept, stuck) = (0, false);
        var isWatched = taps.IsWatched;
        Span<bool> keep = stackalloc bool[entries.Length]; // no more than a call may have records
        for (var index = 0; index < entries.Length; index++)
        {
            ref readonly var entry = ref entries[index];
            var poison = report.Outcomes[index] == RecordOutcome.Poison;
            stuck |= poison && !stuck && !TrySetAside(batch, index, report.ReasonOf(index));
            keep[index] = report.Outcomes[index] is RecordOutcome.Retry or RecordOutcome.PutBack or RecordOutcome.Unknown
                || (poison && stuck);
            if (keep[index])
            {
                kept++;
            }
            else if (report.Outcomes[index] == RecordOutcome.Settled)
            {
                if (index + 1 == entries.Length || report.Outcomes[index + 1] != RecordOutcome.Settled
                    || entries[index + 1].Ring != entry.Ring)
                {
                    NotePlace(batch, index);
                }

                if (isWatched && !entry.Ring.IsSettled(entry.Ticket))
                {
                    taps.Offer(batch, entry, streams.ById(entry.Ring.Stream)?.Path ?? "");
                }

                if (entry.Ring.Settle(entry.Ticket))
                {
                    counters.Acknowledged(
                        entry.SpanBytes - entry.PassedBytes, entry.RawBytes, limits.Billed(entry.RawBytes), entry.Lines);
                    counters.Filtered(entry.PassedBytes);
                }
            }
        }

        if (kept == 0)
        {
            batches.Release(batch);
            return;
        }

        batch.Keep(keep);
        if (report.Canceled)
        {
            batch.Body.Clear(); // it is not sent any more; its records stay in flight
            return; // the service stops: what was not accepted stays in flight, and is read again at the next start
        }

        if (stuck)
        {
            // Resending would repeat the bisection; hold the batch until the dead letter can be written.
            batches.Hold(batch, report.Keep(keep), DeadLetterRetry);
            return;
        }

        batches.PutBack(batch);
    }

    private bool TrySetAside(Batch batch, int index, string reason)
    {
        var entry = batch.Entries[index];
        var bytes = batch.LinesOf(entry);
        var path = streams.ById(entry.Ring.Stream)?.Path ?? "";
        var end = entry.Ring.EndOf(entry.Ticket);
        var span = new ByteSpan(end - entry.SpanBytes, end);
        try
        {
            deadLetters.Append(new DeadLetter(entry.Ring.Stream, path, span, reason), bytes);
            deadLetters.Sync();
        }
        catch (IOException exception)
        {
            FlowLog.DeadLetterFailed(logger, flow, exception.Message);
            return false;
        }

        FlowLog.SetAside(logger, flow, path, span.Start, span.End, reason);
        NotePlace(batch, index);
        entry.Ring.Settle(entry.Ticket);
        counters.DeadLettered(entry.SpanBytes - entry.PassedBytes);
        counters.Filtered(entry.PassedBytes);
        return true;
    }

    /// <summary>
    /// Notes the bytes before the end of the record, the last of several that are settled at once, while they are at hand: the
    /// checkpoint may come to stand there, and more may be read and the file be another by then.
    /// </summary>
    private void NotePlace(Batch batch, int index)
    {
        ref readonly var entry = ref batch.Entries[index];
        if (batch.IsCompressed || entry.Ring.IsSettled(entry.Ticket) || !RecordBytes.IsAsInFile(entry)
            || streams.ById(entry.Ring.Stream) is not { Framing.IsSentAsItIs: true } stream || stream.Ring != entry.Ring)
        {
            return;
        }

        Span<byte> tail = stackalloc byte[Fingerprint.MaxLength];
        var end = entry.Ring.EndOf(entry.Ticket);
        stream.CheckpointCandidates.Add(
            end, end == stream.Position ? stream.Tail : Fingerprint.Of(RecordBytes.EndingWith(batch, index, tail)), entry.Ring.Committed);
    }
}
