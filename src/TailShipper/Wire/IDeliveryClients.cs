namespace Shipper.TailShipper.Wire;

/// <summary>The client of each service that flows ship to.</summary>
internal interface IDeliveryClients
{
    /// <summary>The client for destinations of <paramref name="kind"/>, one for all flows.</summary>
    /// <exception cref="InvalidOperationException">There is no region.</exception>
    IDeliveryClient For(DestinationKind kind);
}
