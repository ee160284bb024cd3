namespace Shipper.LocalFirehose.Delivery;

/// <summary>What one round of delivery did.</summary>
/// <param name="Objects">Objects that appeared.</param>
/// <param name="Failed">Segments that could not be delivered and are tried again.</param>
internal readonly record struct FlushResult(int Objects, int Failed);
