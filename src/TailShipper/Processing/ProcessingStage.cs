using System.Globalization;
using System.Text;
using Shipper.Foundation.Text;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>
/// Runs each record through the flow's chain. What the chain makes of it carries the record's bytes in the file: offsets, retries,
/// replay and dead letters know nothing of processing. Owned by the flow's loop.
/// </summary>
/// <param name="chain">The chain; null where only the limit of a record matters.</param>
/// <param name="settings">What becomes of records that are too long.</param>
/// <param name="letters">Where records go that cannot be sent.</param>
/// <param name="origins">Where records come from.</param>
/// <param name="events">Counts.</param>
internal sealed class ProcessingStage(
    RecordChain? chain, ProcessingStageSettings settings, LetterQueue letters, IRecordOrigins origins, IProcessingEvents events)
    : IRecordStage
{
    private static readonly byte[] NewlineEnd = "\n"u8.ToArray();

    private readonly bool _needsHeader = chain?.NeedsHeader == true;
    private byte[] _line = [];
    private RefusedRecord? _refused;

    /// <inheritdoc/>
    public bool PassesAsItIs => chain is null;

    /// <inheritdoc/>
    public bool TryTake(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> record, int lines, bool addNewline)
    {
        if (letters.IsFull)
        {
            return false;
        }

        record = addNewline ? WithNewline(record) : record;
        if (chain is null)
        {
            return TryAppend(batch, ring, span, record, record, lines);
        }

        if (_refused is { } refused && refused.Is(ring, span))
        {
            // It was processed, and counted, when the batch before had no room for it.
            return TryAppend(batch, ring, span, record, refused.Result, lines) && Forget();
        }

        var source = origins.Of(ring.Stream, _needsHeader);
        var length = (int)Math.Min(int.MaxValue, span.Length);
        var processed = chain.Process(
            record, new RecordOrigin(source.Path, source.First.Number, Epoch: 0, span.Start, length) { Header = source.Header });
        switch (processed.Outcome)
        {
            case ProcessedOutcome.Filtered:
                LeaveOut(batch, ring, span);
                return true;
            case ProcessedOutcome.DeadLetter:
                SetAside(batch, ring, span, record, processed.Reason);
                return true;
            default:
                return TryAppend(batch, ring, span, record, processed.Bytes, lines) || KeepUnlessKept(ring, span, processed.Bytes);
        }
    }

    /// <summary>Leaves bytes of a stream out that are not to be sent.</summary>
    /// <param name="batch">The batch being filled.</param>
    /// <param name="ring">The ring of their stream.</param>
    /// <param name="span">The bytes in the file.</param>
    public void LeaveOut(Batch batch, SettledRing ring, ByteSpan span) => events.LeftOut(span.Length, batch.Pass(ring, span));

    private bool TryAppend(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> record, ReadOnlySpan<byte> result, int lines)
    {
        if (result.IsEmpty)
        {
            LeaveOut(batch, ring, span); // a call may not carry it
            return true;
        }

        if (result.Length <= settings.MaxRecordBytes)
        {
            return batch.TryAppend(ring, span, result, lines, addNewline: false);
        }

        switch (settings.Oversize)
        {
            case OversizePolicy.Truncate:
                return TryAppendCut(batch, ring, span, result, lines);
            case OversizePolicy.Split:
                return TrySplit(batch, ring, span, result, lines);
            default:
                SetAside(batch, ring, span, record, string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has {result.Length} bytes after processing, and a record holds {settings.MaxRecordBytes}"));
                return true;
        }
    }

    private bool TryAppendCut(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> result, int lines)
    {
        var end = settings.AgentEnd ?? NewlineEnd;
        var most = settings.MaxRecordBytes - end.Length;
        var cut = result[..(settings.AgentEnd is null ? Utf8Cut.Length(result, most) : most)]; // the agent cuts within a character, too
        var whole = new byte[cut.Length + end.Length]; // rare, and as large as a record can be
        cut.CopyTo(whole);
        end.CopyTo(whole.AsSpan(cut.Length));
        if (!batch.TryAppend(ring, span, whole, lines, addNewline: false))
        {
            return false;
        }

        events.Oversize();
        events.Cut(result.Length - cut.Length - (result[^1] == '\n' ? 1 : 0));
        return true;
    }

    /// <summary>
    /// Sends it in pieces, each a record with a newline. Only the last one carries the span: until all are acknowledged the checkpoint
    /// stays before the source lines, so that a restart finds them whole.
    /// </summary>
    private bool TrySplit(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> result, int lines)
    {
        batch.CloseRecord(); // a piece shares no record
        while (result.Length > settings.MaxRecordBytes)
        {
            var piece = result[..Utf8Cut.Length(result, settings.MaxRecordBytes - 1)];
            if (!batch.TryAppend(ring, new ByteSpan(span.Start, span.Start), piece, 0, addNewline: true))
            {
                Keep(ring, span, result); // goes on here in the next batch
                return false;
            }

            batch.CloseRecord();
            result = result[piece.Length..];
        }

        if (!batch.TryAppend(ring, span, result, lines, addNewline: false))
        {
            Keep(ring, span, result);
            return false;
        }

        batch.CloseRecord();
        events.Oversize();
        return true;
    }

    private void Keep(SettledRing ring, ByteSpan span, ReadOnlySpan<byte> result) =>
        _refused = new RefusedRecord(ring, span, result.ToArray());

    private bool KeepUnlessKept(SettledRing ring, ByteSpan span, ReadOnlySpan<byte> result)
    {
        if (_refused?.Is(ring, span) != true)
        {
            Keep(ring, span, result);
        }

        return false;
    }

    private bool Forget()
    {
        _refused = null;
        return true;
    }

    private void SetAside(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> record, string reason)
    {
        batch.CloseRecord(); // spans are added in file order
        letters.Add(ring, origins.Of(ring.Stream, withHeader: false).Path, span, record, reason);
    }

    private ReadOnlySpan<byte> WithNewline(ReadOnlySpan<byte> record)
    {
        if (_line.Length <= record.Length)
        {
            _line = new byte[Math.Max(record.Length + 1, 1024)];
        }

        record.CopyTo(_line);
        _line[record.Length] = (byte)'\n';
        return _line.AsSpan(0, record.Length + 1);
    }
}

/// <summary>The result of a record for which a batch had no room.</summary>
internal sealed record RefusedRecord(SettledRing Ring, ByteSpan Span, byte[] Result)
{
    /// <summary>True when it is this record.</summary>
    public bool Is(SettledRing ring, ByteSpan span) => ReferenceEquals(Ring, ring) && Span == span;
}

/// <summary>What a record may hold after processing, and what becomes of one that holds more.</summary>
/// <param name="MaxRecordBytes">Most bytes of it.</param>
/// <param name="Oversize">What becomes of a longer one.</param>
/// <param name="AgentEnd">
/// What a record ends with that is cut as the Amazon Kinesis Agent cuts; null: it is cut between characters, and ends with a newline.
/// </param>
internal sealed record ProcessingStageSettings(
    int MaxRecordBytes, OversizePolicy Oversize = OversizePolicy.DeadLetter, byte[]? AgentEnd = null)
{
    /// <summary>The settings of a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="maxRecordBytes">Most bytes of a record.</param>
    public static ProcessingStageSettings Of(FlowOptions flow, int maxRecordBytes) => flow.KinesisAgent.Framing
        ? new(maxRecordBytes, OversizePolicy.Truncate, Encoding.UTF8.GetBytes(flow.KinesisAgent.TruncatedRecordTerminator ?? "\n"))
        : new(maxRecordBytes, flow.Oversize);

    /// <summary>
    /// What becomes of a line that is too long before it is processed: a part of it cannot be processed, so it is set aside whole; but the
    /// agent converts its beginning.
    /// </summary>
    /// <param name="policy">What the flow says.</param>
    /// <param name="processes">Whether it has steps.</param>
    /// <param name="asAgent">Whether it frames as the agent.</param>
    public static OversizePolicy OfLines(OversizePolicy policy, bool processes, bool asAgent) =>
        processes && !asAgent ? OversizePolicy.DeadLetter : policy;
}
