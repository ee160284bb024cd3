using Microsoft.Extensions.Logging.Abstractions;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>A flow's processing for some of its lines: nothing of it is sent, counted or written.</summary>
internal sealed class SampleProcessing : IDeadLetters, IProcessingEvents, IRecordOrigins
{
    /// <summary>Stands for the id of a state directory that has none yet.</summary>
    public static readonly string NoId = new('0', 16);

    private readonly RecordSource _source;
    private readonly List<DeadLetter> _letters = [];
    private readonly LetterQueue _queue;

    /// <summary>The processing of lines of one file.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="source">The file.</param>
    public SampleProcessing(FlowOptions flow, RecordSource source)
    {
        _source = source;
        _queue = new LetterQueue(flow.Name, this, this, TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>A stage for a sample; null where the flow sends its records as they are.</summary>
    public static ProcessingStage? Of(FlowOptions flow, ServiceLimits limits)
    {
        if (!FlowProcessing.IsNeeded(flow))
        {
            return null;
        }

        var chain = FlowProcessing.ChainOf(
            flow, () => new ChainSurroundings(Environment.MachineName, NoId, TimeProvider.System, () => null));
        return new SampleProcessing(flow, new RecordSource("", default, null))
            .Stage(chain, ProcessingStageSettings.Of(flow, limits.MaxRecordBytes));
    }

    /// <summary>A stage that leaves what would become a dead letter for <see cref="TakeLetters"/>.</summary>
    public ProcessingStage Stage(RecordChain? chain, ProcessingStageSettings settings) => new(chain, settings, _queue, this, this);

    /// <summary>What became a dead letter since the last call.</summary>
    public IReadOnlyList<DeadLetter> TakeLetters()
    {
        _queue.Flush();
        DeadLetter[] taken = [.. _letters];
        _letters.Clear();
        return taken;
    }

    /// <inheritdoc/>
    public void MakeRoom(DeadLetter part, long bytes, int partBytes)
    {
    }

    /// <inheritdoc/>
    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes) => _letters.Add(letter);

    /// <inheritdoc/>
    public void Sync()
    {
    }

    /// <inheritdoc/>
    public void LeftOut(long bytes, bool isSettled)
    {
    }

    /// <inheritdoc/>
    public void Oversize()
    {
    }

    /// <inheritdoc/>
    public void Cut(long bytes)
    {
    }

    /// <inheritdoc/>
    public void DeadLettered(long bytes)
    {
    }

    /// <inheritdoc/>
    public RecordSource Of(StreamId stream, bool withHeader) => _source;
}
