namespace Shipper.TailShipper.Streams;

/// <summary>The bytes <c>[Start, End)</c> of one stream.</summary>
internal readonly record struct ByteSpan(long Start, long End)
{
    /// <summary>Bytes covered.</summary>
    public long Length => End - Start;
}
