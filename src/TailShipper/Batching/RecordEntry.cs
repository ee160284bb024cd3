using Shipper.TailShipper.Acknowledgement;

namespace Shipper.TailShipper.Batching;

/// <summary>One record in a batch: what it carries and where its encoded bytes lie.</summary>
internal struct RecordEntry
{
    /// <summary>The ring of the stream it came from; settles there.</summary>
    public SettledRing Ring;

    /// <summary>Its ticket in the ring.</summary>
    public long Ticket;

    /// <summary>Raw bytes in the record (the span, plus a newline where one had to be added).</summary>
    public int RawBytes;

    /// <summary>Bytes of the span: all raw bytes but for a newline that had to be added.</summary>
    public int SpanBytes;

    /// <summary>Lines in the record.</summary>
    public int Lines;

    /// <summary>Index of the chunk where its envelope prefix begins.</summary>
    public int Chunk;

    /// <summary>Where in that chunk.</summary>
    public int Offset;

    /// <summary>Encoded bytes, envelope included.</summary>
    public int EncodedBytes;
}
