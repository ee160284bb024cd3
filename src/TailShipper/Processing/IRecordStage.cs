using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>What becomes of a framed record on its way into a batch. Owned by the flow's loop.</summary>
internal interface IRecordStage
{
    /// <summary>True when a record is sent with the very bytes that framing found.</summary>
    bool PassesAsItIs { get; }

    /// <summary>Takes one record: it is in the batch, left out, or set aside afterwards.</summary>
    /// <param name="batch">The batch being filled.</param>
    /// <param name="ring">The ring of the record's stream.</param>
    /// <param name="span">The record's bytes in the file.</param>
    /// <param name="record">The record as UTF-8.</param>
    /// <param name="lines">Lines in it.</param>
    /// <param name="addNewline">True when it comes without its newline: one is added, outside the span.</param>
    /// <returns>False when there is no room: nothing changed, and the record is to be offered again.</returns>
    bool TryTake(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> record, int lines, bool addNewline);
}

/// <summary>No processing: a record is sent as framing found it.</summary>
internal sealed class UnchangedRecords : IRecordStage
{
    /// <summary>The only one; it has no state.</summary>
    public static UnchangedRecords Instance { get; } = new();

    /// <inheritdoc/>
    public bool PassesAsItIs => true;

    /// <inheritdoc/>
    public bool TryTake(Batch batch, SettledRing ring, ByteSpan span, ReadOnlySpan<byte> record, int lines, bool addNewline) =>
        batch.TryAppend(ring, span, record, lines, addNewline);
}
