using System.Text.Json.Serialization;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>How segment headers are written.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(SegmentHeader))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
