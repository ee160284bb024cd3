using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.DeadLetters;

/// <summary>Something that cannot be delivered.</summary>
/// <param name="Stream">Where it came from.</param>
/// <param name="Path">The file, as last seen.</param>
/// <param name="Span">Its bytes in the stream.</param>
/// <param name="Reason">Why, in words.</param>
internal readonly record struct DeadLetter(StreamId Stream, string Path, ByteSpan Span, string Reason)
{
    /// <summary>The whole line of which these bytes, as they stand in the file, are a part; null for a record as it was sent.</summary>
    public ByteSpan? Line { get; init; }

    /// <summary>The file's encoding where the bytes are not what is sent: utf-16le or utf-16be; else null.</summary>
    public string? Encoding { get; init; }
}
