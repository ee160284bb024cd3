using Amazon.Runtime;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Lets the SDK's client of the token service connect as our own calls do.</summary>
internal sealed class TokenServiceConnections(ConnectionSettings settings) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(HttpTransport.CreateHandler(settings)) { Timeout = clientConfig.Timeout ?? TimeSpan.FromSeconds(10) };

    /// <summary>No: it is called once an hour, and then disposed of.</summary>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
}
