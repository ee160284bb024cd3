namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>The running service cannot be asked; the message says why, in words for a person.</summary>
/// <param name="message">One sentence or two.</param>
/// <param name="isForbidden">True when this user may not; false when nobody answers.</param>
internal sealed class EndpointUnavailableException(string message, bool isForbidden) : Exception(message)
{
    /// <summary>True when this user may not; false when nobody answers.</summary>
    public bool IsForbidden => isForbidden;
}
