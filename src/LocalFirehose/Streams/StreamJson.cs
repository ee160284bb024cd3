using System.Text.Json.Serialization;

namespace Shipper.LocalFirehose.Streams;

/// <summary>How stream definitions are written to disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StreamDefinition))]
internal sealed partial class StreamJson : JsonSerializerContext;
