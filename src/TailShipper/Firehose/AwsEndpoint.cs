using Amazon;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Firehose;

/// <summary>Where calls go, and the region that their signatures name.</summary>
/// <param name="Url">The address that is posted to; its path is <c>/</c> unless the configuration says otherwise.</param>
/// <param name="Region">For example <c>eu-west-1</c>.</param>
internal sealed record AwsEndpoint(Uri Url, string Region)
{
    /// <summary>
    /// What signatures name where there is an address of one's own but no region: a stand-in does not care, and a VPC
    /// endpoint refuses the signature with the right region in words.
    /// </summary>
    public const string RegionOfCustomAddress = "us-east-1";

    /// <summary>The Host header as it is sent: with the port where that is not the scheme's own.</summary>
    public string Host { get; } = HostHeader(Url);

    /// <summary>
    /// The configured address, or the region's own: <c>https://SERVICE.REGION.SUFFIX</c> with the suffix of the region's
    /// partition (<c>amazonaws.com</c>, <c>amazonaws.com.cn</c> …) from the SDK's data.
    /// </summary>
    /// <param name="options">The configuration.</param>
    /// <param name="region">What <see cref="AwsRegion.Resolve(AwsOptions)"/> found; may be null only where <see cref="AwsOptions.ServiceUrl"/> is set.</param>
    /// <param name="service">The service's name in addresses.</param>
    /// <exception cref="InvalidOperationException">Neither a region nor an address.</exception>
    public static AwsEndpoint Create(AwsOptions options, string? region, string service = "firehose")
    {
        if (options.ServiceUrl is { } address)
        {
            return new AwsEndpoint(new Uri(address.GetLeftPart(UriPartial.Path)), region ?? RegionOfCustomAddress);
        }

        if (region is null)
        {
            throw new InvalidOperationException("No region is known; set Shipper:Aws:Region, AWS_REGION, or a region in the profile.");
        }

        var suffix = RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix;
        return new AwsEndpoint(new Uri($"https://{service}.{region}.{suffix}/"), region);
    }

    private static string HostHeader(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{url.Port}");
    }
}
