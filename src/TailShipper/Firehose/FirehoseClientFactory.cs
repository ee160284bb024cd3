namespace Shipper.TailShipper.Firehose;

/// <summary>
/// Makes the clients of one endpoint. They share one connection pool, one hasher and one source of credentials; the
/// delivery stream is named by each body's <see cref="RecordEnvelope"/>, so one client serves any number of streams.
/// </summary>
internal sealed class FirehoseClientFactory : IDisposable
{
    private readonly AwsEndpoint _endpoint;
    private readonly ICredentialSource _credentials;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _connections;
    private readonly BodyHasher _hasher = new();

    /// <param name="endpoint">Where calls go.</param>
    /// <param name="credentials">As whom.</param>
    /// <param name="time">Signs, measures, and ends calls.</param>
    /// <param name="handler">In place of <see cref="HttpTransport.CreateHandler"/>; owned from now on.</param>
    public FirehoseClientFactory(AwsEndpoint endpoint, ICredentialSource credentials, TimeProvider time, HttpMessageHandler? handler = null)
    {
        (_endpoint, _credentials, _time) = (endpoint, credentials, time);
        _connections = new HttpMessageInvoker(handler ?? HttpTransport.CreateHandler());
        Clock = new SigningClock(time);
    }

    /// <summary>The clock of every signature that this factory's clients make.</summary>
    public SigningClock Clock { get; }

    /// <summary>A client for <paramref name="operation"/>; it lives as long as the factory.</summary>
    public IDeliveryClient Create(ServiceOperation operation) =>
        new FirehoseClient(operation, _endpoint, _connections, _credentials, _hasher, Clock, _time);

    /// <summary>Closes the connections; a call still under way ends as a broken one.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _hasher.Dispose();
    }
}
