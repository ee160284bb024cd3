using Shipper.LocalFirehose.Configuration;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>What a spool segment will become; decided when its first record arrives and kept beside its bytes.</summary>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The object's whole key.</param>
/// <param name="Compression">How the object is written.</param>
/// <param name="FirstArrival">When its first record arrived, UTC.</param>
internal sealed record SegmentHeader(string Stream, string Bucket, string Key, Compression Compression, DateTimeOffset FirstArrival);
