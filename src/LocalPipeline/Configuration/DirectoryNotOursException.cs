namespace Shipper.LocalPipeline.Configuration;

/// <summary>A directory holds something that is not the pipeline's to clear.</summary>
internal sealed class DirectoryNotOursException(string message) : Exception(message);
