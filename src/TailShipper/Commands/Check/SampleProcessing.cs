using Microsoft.Extensions.Logging.Abstractions;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>A flow's processing for a sample of its lines: nothing of it is kept or counted.</summary>
internal sealed class SampleProcessing : IDeadLetters, IProcessingEvents, IRecordOrigins
{
    private SampleProcessing()
    {
    }

    /// <summary>The stage; null where the flow sends its records as they are.</summary>
    public static ProcessingStage? Of(FlowOptions flow, ServiceLimits limits)
    {
        if (flow.Processing.Count == 0 && !flow.KinesisAgent.Framing)
        {
            return null;
        }

        var nothing = new SampleProcessing();
        var chain = flow.Processing.Count == 0
            ? null
            : RecordChain.Create(
                flow.Processing, new ChainSurroundings(Environment.MachineName, new string('0', 16), TimeProvider.System, () => null));
        return new ProcessingStage(
            chain, new ProcessingStageSettings(limits.MaxRecordBytes, []),
            new LetterQueue(flow.Name, nothing, nothing, TimeProvider.System, NullLogger.Instance), nothing, nothing);
    }

    /// <inheritdoc/>
    public void MakeRoom(DeadLetter part, long bytes, int partBytes)
    {
    }

    /// <inheritdoc/>
    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
    }

    /// <inheritdoc/>
    public void Sync()
    {
    }

    /// <inheritdoc/>
    public void LeftOut(long bytes, bool isSettled)
    {
    }

    /// <inheritdoc/>
    public void DeadLettered(long bytes)
    {
    }

    /// <inheritdoc/>
    public RecordSource Of(StreamId stream, bool withHeader) => new("", stream, null);
}
