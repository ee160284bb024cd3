namespace Shipper.LocalFirehose.Protocol;

/// <summary>Ends a call with <see cref="Error"/>; for the rare paths only, Put calls hand errors over as values where they are frequent.</summary>
internal sealed class ServiceException(ServiceError error) : Exception(error.Message)
{
    /// <summary>What the client is told.</summary>
    public ServiceError Error { get; } = error;
}
