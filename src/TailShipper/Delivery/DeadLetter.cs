using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Delivery;

/// <summary>Something that cannot be delivered.</summary>
/// <param name="Stream">Where it came from.</param>
/// <param name="Path">The file, as last seen.</param>
/// <param name="Span">Its bytes in the stream.</param>
/// <param name="Reason">Why, in words.</param>
internal readonly record struct DeadLetter(StreamId Stream, string Path, ByteSpan Span, string Reason);
