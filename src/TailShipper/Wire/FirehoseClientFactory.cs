using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    /// <param name="time">Signs, measures, and ends calls.</param>
    /// <param name="settings">Proxies and trusted authorities; null for the system's.</param>
    /// <param name="logger">Hears of a clock that had to be corrected; null for nobody.</param>
    /// <param name="handler">In place of <see cref="HttpTransport.CreateHandler"/>; owned from now on.</param>
    public FirehoseClientFactory(
        ICredentialSource credentials, TimeProvider time, ConnectionSettings? settings = null, ILogger? logger = null, HttpMessageHandler? handler = null)
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

    /// <summary>Closes the connections; a call still under way ends as a broken one.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _hasher.Dispose();
    }
}
