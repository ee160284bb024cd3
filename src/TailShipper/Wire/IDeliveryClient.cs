using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire;

/// <summary>Makes one call. Everything the service or the network can do comes back as a <see cref="CallAnswer"/>.</summary>
internal interface IDeliveryClient
{
    /// <summary>Sends <paramref name="body"/> once, without retries.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; the body may have arrived.</exception>
    Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation);
}

/// <summary>The client of each service that flows ship to.</summary>
internal interface IDeliveryClients
{
    /// <summary>The client for destinations of <paramref name="kind"/>, one for all flows.</summary>
    /// <exception cref="InvalidOperationException">There is no region.</exception>
    IDeliveryClient For(DestinationKind kind);
}
