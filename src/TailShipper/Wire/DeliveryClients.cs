using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire;

/// <summary>Makes each service's client when the first flow asks for it, and says where its calls go.</summary>
internal sealed class DeliveryClients(AwsOptions options, FirehoseClientFactory factory, ConnectionSettings settings, ILogger logger) : IDeliveryClients
{
    private readonly ConcurrentDictionary<DestinationKind, Lazy<IDeliveryClient>> _clients = new();

    /// <inheritdoc/>
    public IDeliveryClient For(DestinationKind kind) =>
        _clients.GetOrAdd(kind, _ => new Lazy<IDeliveryClient>(() => Create(new Destination(kind, "").Operation))).Value;

    private IDeliveryClient Create(ServiceOperation operation)
    {
        var endpoint = AwsEndpoint.Create(options, AwsRegion.Resolve(options, operation.Service), operation.Service);
        WireLog.Endpoint(
            logger, endpoint.Url.AbsoluteUri, endpoint.Region,
            settings.ProxyFor(endpoint.Url) is { } proxy ? $"by the proxy {proxy}" : "by the system's route",
            settings.CaBundle ?? "the system's authorities");
        if (endpoint.IsExposed)
        {
            WireLog.Exposed(logger, endpoint.Url.AbsoluteUri);
        }

        return factory.Create(operation, endpoint);
    }
}
