using Shipper.DeliveryProof.Lines;
using Shipper.RecordProcessing;

namespace Shipper.ShipperTools.Comparing;

/// <summary>Runs records through the steps of their flow, as the service did: steps whose result depends on the record alone.</summary>
internal sealed class ChainConversion(IReadOnlyList<ProcessingOptions> steps) : IRecordConversion
{
    private readonly RecordChain _chain = RecordChain.Create(
        steps, new ChainSurroundings(Environment.MachineName, StateId: "", TimeProvider.System, () => null));

    private RecordOrigin _origin;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Convert(ReadOnlySpan<byte> record, long offset)
    {
        _origin = new RecordOrigin(Path: "", Stream: 0, Epoch: 0, offset, record.Length);
        var processed = _chain.Process(record, in _origin);
        return processed.Outcome == ProcessedOutcome.Send ? processed.Bytes : [];
    }
}
