using Amazon;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Connections;

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

    /// <summary>True when bodies and the session token cross a network unencrypted: plain HTTP to another machine.</summary>
    public bool IsExposed => Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback;

    /// <summary>
    /// The address of one's own (<see cref="AwsAddress"/>), or the region's: <c>https://SERVICE.REGION.SUFFIX</c>, with
    /// <c>-fips</c> after the service where that is asked for, and the suffix of the region's partition, that of its
    /// dual-stack endpoints where those are.
    /// </summary>
    /// <param name="options">The configuration.</param>
    /// <param name="region">What <see cref="AwsRegion.Resolve(AwsOptions, string)"/> found; may be null only with an address of one's own.</param>
    /// <param name="service">The service's name in addresses.</param>
    /// <param name="environment">Reads an environment variable; null for this process's.</param>
    /// <exception cref="InvalidOperationException">Neither a region nor an address, or a partition without dual-stack endpoints.</exception>
    /// <exception cref="FormatException">A variable is no address.</exception>
    public static AwsEndpoint Create(AwsOptions options, string? region, string service = "firehose", Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (AwsAddress.Configured(options, service, environment) is { } address)
        {
            return new AwsEndpoint(new Uri(address.Url.GetLeftPart(UriPartial.Path)), region ?? RegionOfCustomAddress);
        }

        if (region is null)
        {
            throw new InvalidOperationException("No region is known; set Shipper:Aws:Region, AWS_REGION, or a region in the profile.");
        }

        var partition = RegionEndpoint.GetBySystemName(region);
        var suffix = UseDualStack(options, environment) ? DualStackSuffix(partition) : partition.PartitionDnsSuffix;
        var fips = UseFips(options, environment) ? "-fips" : "";
        return new AwsEndpoint(new Uri($"https://{service}{fips}.{region}.{suffix}/"), region);
    }

    /// <summary>Whether FIPS endpoints are asked for.</summary>
    public static bool UseFips(AwsOptions options, Func<string, string?> environment) =>
        options.UseFips ?? AwsAddress.IsTrue(environment("AWS_USE_FIPS_ENDPOINT"));

    /// <summary>Whether dual-stack endpoints are asked for.</summary>
    public static bool UseDualStack(AwsOptions options, Func<string, string?> environment) =>
        options.UseDualStack ?? AwsAddress.IsTrue(environment("AWS_USE_DUALSTACK_ENDPOINT"));

    // As AWS's published partitions have them; the SDK keeps its own copy to itself.
    private static string DualStackSuffix(RegionEndpoint region) => region.PartitionName switch
    {
        "aws" or "aws-us-gov" => "api.aws",
        "aws-cn" => "api.amazonwebservices.com.cn",
        var partition => throw new InvalidOperationException($"The partition {partition} of {region.SystemName} has no dual-stack endpoints; do not set Shipper:Aws:UseDualStack or AWS_USE_DUALSTACK_ENDPOINT."),
    };

    private static string HostHeader(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{url.Port}");
    }
}
