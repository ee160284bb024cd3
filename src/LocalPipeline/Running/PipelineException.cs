namespace Shipper.LocalPipeline.Running;

/// <summary>The run cannot go on, for a reason that its message says in words.</summary>
internal sealed class PipelineException(string message) : Exception(message);
