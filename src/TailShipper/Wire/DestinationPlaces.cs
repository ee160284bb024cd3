using System.Collections.Concurrent;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire;

/// <summary>Where the streams of a service are: two of one name in two places are two streams. Found once for each service.</summary>
/// <param name="aws">The settings.</param>
internal sealed class DestinationPlaces(AwsOptions aws)
{
    private static readonly string[] AwsDomains = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];

    private readonly ConcurrentDictionary<string, string?> _places = new(StringComparer.Ordinal);

    /// <summary>
    /// The region, or host and port of an endpoint that is not AWS's; null where that is not known. Blocks at first as
    /// <see cref="AwsRegion.Resolve"/> does.
    /// </summary>
    public string? Of(Destination destination) => _places.GetOrAdd(destination.Operation.Service, Find);

    private string? Find(string service)
    {
        try
        {
            return CustomEndpoint.Configured(aws, service, Environment.GetEnvironmentVariable) is { Url: var url } && !IsOfAws(url.IdnHost)
                ? url.Authority
                : AwsRegion.Resolve(aws, service);
        }
        catch (FormatException)
        {
            return null; // a variable that is no address: whoever calls there says so
        }
    }

    /// <summary>True for a host that AWS runs, endpoints of a VPC included.</summary>
    public static bool IsOfAws(string host) =>
        Array.Exists(AwsDomains, domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
}
