using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Makes the SDK's client of the token service (STS), as the configuration and the shipper's own connections are.</summary>
internal static class TokenService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A client; the caller owns it.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="options">FIPS and dual-stack endpoints.</param>
    /// <param name="region">The region whose token service is called.</param>
    /// <param name="url">A custom endpoint of the token service; null for the region's.</param>
    /// <param name="connections">How it is reached.</param>
    /// <param name="retries">Further attempts after the first fails.</param>
    public static AmazonSecurityTokenServiceClient Client(
        AWSCredentials caller, AwsOptions options, string region, Uri? url, ConnectionSettings connections, int retries)
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region),
            Timeout = Limit,
            MaxErrorRetry = retries,
            HttpClientFactory = new TokenServiceConnections(connections),
            UseFIPSEndpoint = url is null && AwsEndpoint.UseFips(options, Environment.GetEnvironmentVariable),
            UseDualstackEndpoint = url is null && AwsEndpoint.UseDualStack(options, Environment.GetEnvironmentVariable),
        };
        if (url is not null)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = region;
        }

        return new AmazonSecurityTokenServiceClient(caller, config);
    }
}

/// <summary>Makes the SDK's client of the token service connect as the shipper's own calls do.</summary>
internal sealed class TokenServiceConnections(ConnectionSettings settings) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(HttpTransport.CreateHandler(settings)) { Timeout = clientConfig.Timeout ?? TimeSpan.FromSeconds(10) };

    /// <summary>No: it is called once an hour, and then disposed of.</summary>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
}
