using Shipper.TailShipper.Acknowledgement;


namespace Shipper.TailShipper.Batching;

/// <summary>One record in a batch: what it carries and where its encoded bytes lie.</summary>
internal struct RecordEntry
{
    /// <summary>The ring of the stream it came from; settles there.</summary>
    public SettledRing Ring;

    /// <summary>Its ticket in the ring.</summary>
    public long Ticket;

    /// <summary>Raw bytes in the record, as they are sent and billed: the span's own unless it had to be put into UTF-8, and a newline where one had to be added.</summary>
    public int RawBytes;

    /// <summary>Bytes of the span, as they stand in the file; what is counted goes by them. Of a truncated line far more than <see cref="RawBytes"/>.</summary>
    public long SpanBytes;

    /// <summary>Lines in the record.</summary>
    public int Lines;

    /// <summary>Index of the chunk where its envelope prefix begins.</summary>
    public int Chunk;

    /// <summary>Where in that chunk.</summary>
    public int Offset;

    /// <summary>Encoded bytes, envelope included.</summary>
    public int EncodedBytes;
}
