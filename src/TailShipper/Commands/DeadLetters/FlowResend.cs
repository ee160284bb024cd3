using System.Buffers;
using Shipper.Foundation.Output;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>
/// Sends a flow's dead letters again: each as the record that it was, a line that was too long as the flow's policy says. What the
/// service took is marked, durably, before the next call is made, so that an interruption repeats at most what one call carried.
/// What the flow's processing could not use is processed again, as the flow says now.
/// </summary>
internal sealed class FlowResend(
    OversizePolicy policy, ServiceLimits limits, RecordChain? chain, Batch batch, ResendCalls calls, ResentDeadLetters marks,
    TimeProvider time)
{
    private readonly Framings _framings = new(new FramingSettings(TextEncoding.Latin1), limits, Packing.LinePerRecord(limits));
    private readonly Framings _utf16LE = new(new FramingSettings(TextEncoding.Utf16LE), limits, Packing.LinePerRecord(limits));
    private readonly Framings _utf16BE = new(new FramingSettings(TextEncoding.Utf16BE), limits, Packing.LinePerRecord(limits));
    private readonly List<StoredDeadLetter> _packed = [];
    private readonly PartialLineAssembler _parts = new();
    private readonly LetterCount _before = new();
    private SettledRing _ring = new(default, 0);

    /// <summary>What became of the dead letters so far.</summary>
    public ResendReport Report { get; } = new();

    /// <summary>Sends one dead letter, now or with others. Call <see cref="EndAsync"/> at the end.</summary>
    /// <exception cref="IOException">Dead letters cannot be read or marks cannot be written.</exception>
    public async Task AddAsync(StoredDeadLetter letter, CancellationToken cancellation)
    {
        if (marks.Contains(letter.Id))
        {
            _before.Add(letter);
        }
        else if (letter.Letter.Line is not null)
        {
            if (_parts.Add(letter) is { } line)
            {
                await SendLineAsync(line, cancellation);
            }
        }
        else if (letter.Bytes > limits.MaxRecordBytes)
        {
            await SendLineAsync(new AssembledLine([letter]), cancellation);
        }
        else if (!TryPack(letter))
        {
            await FlushAsync(cancellation);
            Report.Waiting += TryPack(letter) ? 0 : 1;
        }
    }

    /// <summary>Sends what is left.</summary>
    /// <exception cref="IOException">Marks cannot be written.</exception>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        Report.Incomplete = _parts.OpenLines;
        Report.Before = _before.Total;
        Report.Stopped = calls.Stopped;
    }

    private bool TryPack(StoredDeadLetter letter)
    {
        var bytes = letter.Read();
        if (chain is not null && letter.Letter.IsUnprocessed)
        {
            if (Process(letter, bytes) is not { } result)
            {
                return true;
            }

            bytes = result;
        }

        if (bytes.Length == 0)
        {
            Report.Refused.Add((letter.Id, "it holds no bytes"));
            return true;
        }

        var start = _ring.End;
        if (!batch.TryAppend(_ring, start, bytes, 1))
        {
            return false;
        }

        _packed.Add(letter);
        return true;
    }

    /// <summary>What the flow's processing makes of a letter now; null when it is done with, or refused.</summary>
    private byte[]? Process(StoredDeadLetter letter, byte[] bytes)
    {
        var processed = chain!.Process(bytes, OriginOf(letter.Letter));
        if (processed.Outcome == ProcessedOutcome.Filtered)
        {
            marks.Done(letter.Id, time.GetUtcNow());
            marks.Sync();
            Report.Filtered++;
            return null;
        }

        if (processed.Outcome == ProcessedOutcome.Send && processed.Bytes.Length <= limits.MaxRecordBytes)
        {
            return processed.Bytes.ToArray();
        }

        Report.Refused.Add((letter.Id, processed.Outcome == ProcessedOutcome.DeadLetter
            ? processed.Reason
            : $"it has {processed.Bytes.Length} bytes after processing, and a record holds {limits.MaxRecordBytes}"));
        return null;
    }

    private static RecordOrigin OriginOf(DeadLetter letter) => new(
        letter.Path, letter.Stream.Number, Epoch: 0, letter.Span.Start, (int)Math.Min(int.MaxValue, letter.Span.Length));

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_packed.Count == 0)
        {
            return;
        }

        batch.CloseRecord();
        var open = _packed.Count;
        if (calls.Stopped is null)
        {
            await calls.SendAsync(
                batch,
                taken =>
                {
                    foreach (var index in taken)
                    {
                        marks.Done(_packed[index].Id, time.GetUtcNow());
                    }

                    marks.Sync();
                    open -= taken.Count;
                    Report.Resent += taken.Count;
                },
                (index, reason) =>
                {
                    open--;
                    Report.Refused.Add((_packed[index].Id, reason));
                },
                cancellation);
        }

        Report.Waiting += open;
        _packed.Clear();
        batch.Clear();
        _ring = new SettledRing(default, 0);
    }

    private async Task SendLineAsync(AssembledLine line, CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        var first = line.Parts[0].Id;
        if (chain is not null)
        {
            Report.Refused.Add((
                first,
                $"it is a line of {HumanNumbers.Count(line.Span.Length)} bytes, and the flow processes whole records of at most "
                + $"{HumanNumbers.Count(limits.MaxRecordBytes)}; tailshipper deadletters show --line writes the line as it is"));
            return;
        }

        if (policy == OversizePolicy.DeadLetter)
        {
            Report.Refused.Add((
                first,
                $"it is a line of {HumanNumbers.Count(line.Span.Length)} bytes, a record holds "
                + $"{HumanNumbers.Count(limits.MaxRecordBytes)}, and the flow's Oversize is DeadLetter; set it to Split or Truncate"));
            return;
        }

        var ring = new SettledRing(line.Parts[0].Letter.Stream, marks.SentTo(first) ?? line.Span.Start);
        var isRefused = false;
        while (ring.Committed < line.Span.End && calls.Stopped is null && !isRefused)
        {
            Fill(line, ring);
            var tickets = batch.Entries.ToArray().Select(entry => entry.Ticket).ToArray();
            await calls.SendAsync(
                batch,
                taken =>
                {
                    foreach (var index in taken)
                    {
                        ring.Settle(tickets[index]);
                    }

                    marks.Sent(first, ring.Committed, time.GetUtcNow());
                    marks.Sync();
                },
                (_, reason) =>
                {
                    isRefused = true;
                    Report.Refused.Add((first, reason));
                },
                cancellation);
            batch.Clear();
        }

        if (ring.Committed == line.Span.End)
        {
            foreach (var part in line.Parts)
            {
                marks.Done(part.Id, time.GetUtcNow());
            }

            marks.Sync();
            Report.Resent++;
        }
        else if (!isRefused)
        {
            Report.Waiting++;
        }
    }

    /// <summary>Packs as much of a line as one call takes, from where the ring ends.</summary>
    private void Fill(AssembledLine line, SettledRing ring)
    {
        var framing = (line.Encoding switch { "utf-16le" => _utf16LE, "utf-16be" => _utf16BE, _ => _framings }).Of(default, isWhole: true)!;
        var buffer = ArrayPool<byte>.Shared.Rent(framing.LongestRecord);
        try
        {
            for (var at = ring.End; at < line.Span.End;)
            {
                var window = buffer.AsSpan(0, line.Fill(buffer.AsSpan(0, (int)Math.Min(framing.LongestRecord, line.Span.End - at)), at));
                var framed = framing.Pack(batch, ring, window, at, at + window.Length == line.Span.End ? Ending.Final : Ending.Open);
                at += framed.Bytes;
                if (framed.End == PackEnd.Oversize)
                {
                    var isLast = policy == OversizePolicy.Truncate;
                    framed = framing.Cut(batch, ring, window[framed.Bytes..], at, isLast ? line.Span.End : null);
                    at = isLast && framed.Bytes > 0 ? line.Span.End : at + framed.Bytes;
                }

                if (framed.End == PackEnd.Full)
                {
                    break;
                }
            }

            batch.CloseRecord();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>What became of the dead letters of one flow.</summary>
/// <remarks>A line too long for a record counts as one, although it is stored in parts.</remarks>
internal sealed class ResendReport
{
    /// <summary>Dead letters that the service accepted now.</summary>
    public long Resent { get; set; }

    /// <summary>Dead letters that were marked as resent before.</summary>
    public long Before { get; set; }

    /// <summary>Dead letters that the flow's processing leaves out now.</summary>
    public long Filtered { get; set; }

    /// <summary>Dead letters that can still not be delivered, with the reason.</summary>
    public List<(string Id, string Reason)> Refused { get; } = [];

    /// <summary>Lines of which parts are missing.</summary>
    public long Incomplete { get; set; }

    /// <summary>Dead letters that were not tried, or of which only a part was sent.</summary>
    public long Waiting { get; set; }

    /// <summary>Why the rest was not sent; null when everything was tried.</summary>
    public string? Stopped { get; set; }

    /// <summary>True when no dead letter is left that should be sent.</summary>
    public bool IsDone => Stopped is null && Refused.Count == 0 && Waiting == 0;
}
