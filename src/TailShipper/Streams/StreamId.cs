namespace Shipper.TailShipper.Streams;

/// <summary>The number of a stream: given once, never used again, so that a late acknowledgement cannot move a successor.</summary>
internal readonly record struct StreamId(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The bytes <c>[Start, End)</c> of one stream.</summary>
internal readonly record struct ByteSpan(long Start, long End)
{
    /// <summary>Bytes covered.</summary>
    public long Length => End - Start;
}
