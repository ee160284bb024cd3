using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;
using Shipper.TailShipper.Wire.Records;
using Shipper.TailShipper.Wire.Signing;

namespace Shipper.TailShipper.Wire;

/// <summary>
/// Makes the clients of both services. They share one connection pool, one hasher, one clock and one source of
/// credentials; the stream is named by each body's <see cref="RecordEnvelope"/>, so one client serves any number of streams.
/// </summary>
internal sealed class FirehoseClientFactory : IDisposable
{
    private readonly ICredentialSource _credentials;
    private readonly TimeProvider _time;
    private readonly ConnectionSettings _settings;
    private readonly ILogger _logger;
    private readonly HttpMessageInvoker _connections;
    private readonly BodyHasher _hasher = new();

    /// <param name="credentials">As whom calls are made.</param>
    /// <param name="time">The clock of signatures and timeouts.</param>
    /// <param name="settings">Proxies and trusted authorities; null for the system's.</param>
    /// <param name="logger">Logs a corrected clock; null for none.</param>
    /// <param name="handler">In place of <see cref="HttpTransport.CreateHandler"/>; owned from now on.</param>
    public FirehoseClientFactory(
        ICredentialSource credentials,
        TimeProvider time,
        ConnectionSettings? settings = null,
        ILogger? logger = null,
        HttpMessageHandler? handler = null)
    {
        (_credentials, _time) = (credentials, time);
        _settings = settings ?? ConnectionSettings.System;
        _logger = logger ?? NullLogger.Instance;
        _connections = new HttpMessageInvoker(handler ?? HttpTransport.CreateHandler(_settings));
        Clock = new SigningClock(time);
    }

    /// <summary>The clock of every signature that this factory's clients make.</summary>
    public SigningClock Clock { get; }

    /// <summary>A client for <paramref name="operation"/> at <paramref name="endpoint"/>; it lives as long as the factory.</summary>
    public IDeliveryClient Create(ServiceOperation operation, AwsEndpoint endpoint) =>
        new FirehoseClient(operation, endpoint, _connections, _credentials, _hasher, Clock, _time, _settings, _logger);

    /// <summary>Closes the connections; a call still in flight fails.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _hasher.Dispose();
    }
}

/// <summary>Creates each service's client when the first flow needs it, and logs where its calls go.</summary>
internal sealed class DeliveryClients(
    AwsOptions options, FirehoseClientFactory factory, ConnectionSettings settings, ILogger logger) : IDeliveryClients
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
