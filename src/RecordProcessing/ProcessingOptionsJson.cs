using System.Text.Json.Serialization;

namespace Shipper.RecordProcessing;

/// <summary>The steps of a flow as JSON, from one of our programs to another of the same version.</summary>
[JsonSerializable(typeof(List<ProcessingOptions>))]
internal sealed partial class ProcessingOptionsJson : JsonSerializerContext;
