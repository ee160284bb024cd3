using System.Globalization;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Preview;

/// <summary>What a flow would make of a text: its own framing, processing and size limit, one line a record. Nothing is sent.</summary>
internal sealed class RecordPreview
{
    private readonly FlowOptions _flow;
    private readonly byte[] _text;
    private readonly ServiceLimits _limits;
    private readonly Framings _framings;
    private readonly IRecordStage _stage;
    private readonly SampleProcessing? _processing;
    private readonly RecordChain? _chain;
    private readonly Batch _batch;
    private readonly List<PreviewedRecord> _found = [];

    /// <summary>A preview.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="path">The file that the text is of.</param>
    /// <param name="text">The text, from the file's first byte on.</param>
    /// <param name="surroundings">What steps know of the machine.</param>
    public RecordPreview(FlowOptions flow, string path, byte[] text, ChainSurroundings surroundings)
    {
        (_flow, _text, _limits) = (flow, text, Destination.LimitsOf(flow));
        var packing = Packing.LinePerRecord(_limits);
        ProcessingStage? stage = null;
        if (FlowProcessing.IsNeeded(flow))
        {
            _chain = FlowProcessing.ChainOf(flow, () => surroundings);
            _processing = new SampleProcessing(flow, new RecordSource(path, default, FirstLineOf(text)));
            stage = _processing.Stage(_chain, ProcessingStageSettings.Of(flow, _limits.MaxRecordBytes));
        }

        _stage = stage as IRecordStage ?? UnchangedRecords.Instance;
        _framings = new Framings(FramingSettings.Of(flow), _limits, packing, stage);
        var memory = new ChunkPool(2 * (_limits.MaxBytes + ChunkShare.GuaranteedBytes));
        _batch = new Batch(new BodyWriter(memory.Share(), RecordEnvelope.ForDeliveryStream("preview")), _limits, packing);
    }

    /// <summary>What each step did, in their order.</summary>
    public IReadOnlyList<ProcessingCount> Counts => _chain?.Counts ?? [];

    /// <summary>All of the text as one record.</summary>
    public IReadOnlyList<PreviewedRecord> AsOne()
    {
        var span = new ByteSpan(0, _text.Length);
        _stage.TryTake(_batch, new SettledRing(default, 0), span, _text, Math.Max(1, _text.AsSpan().Count((byte)'\n')), addNewline: false);
        Collect(0, _text.Length);
        return _found;
    }

    /// <summary>The records of the text.</summary>
    /// <param name="isWhole">True when it is all of its file, and nobody writes to it.</param>
    /// <param name="most">Most records.</param>
    public IReadOnlyList<PreviewedRecord> Split(bool isWhole, int most)
    {
        var framing = _framings.Of(_text.AsSpan(0, Math.Min(_text.Length, ByteOrderMark.Utf8.Length)), isWhole: true)!;
        var at = _framings.MarkLength(framing, _text);
        for (var header = 0; header < _framings.HeaderLines && at < _text.Length; header++)
        {
            at = EndOfLine(framing, at);
        }

        var ending = isWhole && _flow.UnfinishedLineWait > TimeSpan.Zero ? Ending.Final : Ending.Quiet;
        while (at < _text.Length && _found.Count < most)
        {
            var framed = framing.Pack(_batch, new SettledRing(default, at), _text.AsSpan(at), at, ending);
            Collect(at, at + framed.Bytes);
            at += framed.Bytes;
            var next = framed.End == PackEnd.Oversize ? TooLong(framing, at) : at;
            if (framed.Bytes == 0 && next == at)
            {
                _found.Add(new PreviewedRecord(new ByteSpan(at, _text.Length), PreviewOutcome.Waits, null, "its end is not there yet"));
                break;
            }

            at = next;
        }

        return _found.Count > most ? _found.GetRange(0, most) : _found;
    }

    /// <summary>A line that is longer than a record: cut, sent in pieces, or set aside.</summary>
    /// <returns>Where framing goes on.</returns>
    private int TooLong(IRecordFraming framing, int at)
    {
        var end = EndOfLine(framing, at);
        var policy = ProcessingStageSettings.OfLines(_flow.Oversize, _chain is not null, _flow.KinesisAgent.Framing);
        if (policy == OversizePolicy.DeadLetter)
        {
            _found.Add(new PreviewedRecord(new ByteSpan(at, end), PreviewOutcome.DeadLetter, null, string.Create(
                CultureInfo.InvariantCulture, $"it has {end - at} bytes, and a record holds {_limits.MaxRecordBytes}")));
            return end;
        }

        var isCut = policy == OversizePolicy.Truncate;
        var piece = framing.Cut(_batch, new SettledRing(default, at), _text.AsSpan(at, end - at), at, isCut ? end : null);
        Collect(at, isCut ? end : at + piece.Bytes);
        return isCut ? end : at + piece.Bytes;
    }

    private int EndOfLine(IRecordFraming framing, int at) =>
        framing.Newline.EndOfFirst(_text.AsSpan(at), at) is > 0 and var length ? at + length : _text.Length;

    /// <summary>Takes what framing put into the batch and the dead letters; what is in neither was left out.</summary>
    private void Collect(long from, long to)
    {
        _batch.CloseRecord();
        var records = new List<PreviewedRecord>();
        foreach (ref readonly var entry in _batch.Entries)
        {
            var end = entry.Ring.EndOf(entry.Ticket) - entry.PassedBytes;
            var start = end + entry.PassedBytes - entry.SpanBytes;
            records.Add(new PreviewedRecord(new ByteSpan(start, end), PreviewOutcome.Sent, _batch.LinesOf(entry), null));
        }

        records.AddRange((_processing?.TakeLetters() ?? []).Select(
            letter => new PreviewedRecord(letter.Span, PreviewOutcome.DeadLetter, null, letter.Reason)));
        foreach (var record in records.OrderBy(record => record.Span.Start))
        {
            AddLeftOut(from, record.Span.Start);
            _found.Add(record);
            from = record.Span.End;
        }

        AddLeftOut(from, to);
        _batch.Clear();
    }

    private void AddLeftOut(long from, long to)
    {
        if (from < to)
        {
            _found.Add(new PreviewedRecord(new ByteSpan(from, to), PreviewOutcome.LeftOut, null, null));
        }
    }

    private static byte[] FirstLineOf(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith(ByteOrderMark.Utf8) ? text[ByteOrderMark.Utf8.Length..] : text;
        var end = text.IndexOf((byte)'\n');
        return (end < 0 ? text : text[..end]).TrimEnd((byte)'\r').ToArray();
    }
}

/// <summary>What would become of a part of the text.</summary>
/// <param name="Span">Its bytes.</param>
/// <param name="Outcome">What would become of it.</param>
/// <param name="Bytes">What would be sent; null where nothing is.</param>
/// <param name="Reason">Why it is not sent, for people; null where it is, or a rule leaves it out.</param>
internal sealed record PreviewedRecord(ByteSpan Span, PreviewOutcome Outcome, byte[]? Bytes, string? Reason);

/// <summary>What would become of a part of a text.</summary>
internal enum PreviewOutcome
{
    /// <summary>It is sent.</summary>
    Sent,

    /// <summary>A step of processing leaves it out.</summary>
    LeftOut,

    /// <summary>It becomes a dead letter.</summary>
    DeadLetter,

    /// <summary>It waits for its end.</summary>
    Waits,
}
