using Amazon;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>Where calls go, and the region that their signatures name.</summary>
/// <param name="Url">The address that is posted to; its path is <c>/</c> unless the configuration says otherwise.</param>
/// <param name="Region">For example <c>eu-west-1</c>.</param>
internal sealed record AwsEndpoint(Uri Url, string Region)
{
    /// <summary>Firehose's name in endpoints and signatures.</summary>
    public const string Firehose = "firehose";

    /// <summary>Kinesis Data Streams' name in endpoints and signatures.</summary>
    public const string Kinesis = "kinesis";

    /// <summary>
    /// The region that signatures name for a custom endpoint without a region: LocalFirehose ignores it, and a VPC endpoint
    /// refuses the signature with the right region in its message.
    /// </summary>
    public const string CustomEndpointRegion = "us-east-1";

    /// <summary>The Host header as it is sent: with the port where that is not the scheme's own.</summary>
    public string Host { get; } = HostHeader(Url);

    /// <summary>True when bodies and the session token cross a network unencrypted: plain HTTP to another machine.</summary>
    public bool IsExposed => Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback;

    /// <summary>
    /// The custom endpoint (<see cref="CustomEndpoint"/>), or the region's: <c>https://SERVICE.REGION.SUFFIX</c>, with <c>-fips</c>
    /// after the service for FIPS endpoints, and the suffix of the region's partition or of its dual-stack endpoints.
    /// </summary>
    /// <param name="options">The configuration.</param>
    /// <param name="region">What <see cref="AwsRegion.Resolve(AwsOptions, string)"/> found; may be null only with a custom
    /// endpoint.</param>
    /// <param name="service">The service's name in addresses.</param>
    /// <param name="environment">Reads an environment variable; null for this process's.</param>
    /// <exception cref="InvalidOperationException">Neither a region nor a custom endpoint, or a partition without dual-stack
    /// endpoints.</exception>
    /// <exception cref="FormatException">A variable is not an address.</exception>
    public static AwsEndpoint Create(
        AwsOptions options, string? region, string service = Firehose, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (CustomEndpoint.Configured(options, service, environment) is { } address)
        {
            return new AwsEndpoint(new Uri(address.Url.GetLeftPart(UriPartial.Path)), region ?? CustomEndpointRegion);
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
        options.UseFips ?? CustomEndpoint.IsTrue(environment("AWS_USE_FIPS_ENDPOINT"));

    /// <summary>Whether dual-stack endpoints are asked for.</summary>
    public static bool UseDualStack(AwsOptions options, Func<string, string?> environment) =>
        options.UseDualStack ?? CustomEndpoint.IsTrue(environment("AWS_USE_DUALSTACK_ENDPOINT"));

    // From AWS's published partitions; the SDK's own copy is not public.
    private static string DualStackSuffix(RegionEndpoint region) => region.PartitionName switch
    {
        "aws" or "aws-us-gov" => "api.aws",
        "aws-cn" => "api.amazonwebservices.com.cn",
        var partition => throw new InvalidOperationException(
            $"The partition {partition} of {region.SystemName} has no dual-stack endpoints; "
            + "do not set Shipper:Aws:UseDualStack or AWS_USE_DUALSTACK_ENDPOINT."),
    };

    private static string HostHeader(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{url.Port}");
    }
}

/// <summary>A custom endpoint in place of the region's, and the setting that names it.</summary>
/// <param name="Url">The address.</param>
/// <param name="Setting">The key or the variable.</param>
internal sealed record CustomEndpoint(Uri Url, string Setting)
{
    private static readonly string[] Schemes = ["http", "https"];

    /// <summary>
    /// The first of: the key for the service, <c>AWS_ENDPOINT_URL_SERVICE</c>, <c>AWS_ENDPOINT_URL</c>; the variables only
    /// while AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is not true (AWS SDKs and Tools Reference Guide, service-specific
    /// endpoints). Null for the region's own. The endpoint_url of profiles is ignored.
    /// </summary>
    /// <exception cref="FormatException">A variable is not an address; the message says which.</exception>
    public static CustomEndpoint? Configured(AwsOptions options, string service, Func<string, string?> environment)
    {
        var kinesis = service == AwsEndpoint.Kinesis;
        if ((kinesis ? options.KinesisServiceUrl : options.ServiceUrl) is { } own)
        {
            return new CustomEndpoint(
                own, $"Shipper:Aws:{(kinesis ? nameof(AwsOptions.KinesisServiceUrl) : nameof(AwsOptions.ServiceUrl))}");
        }

        if (IsTrue(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")))
        {
            return null;
        }

        foreach (var variable in (ReadOnlySpan<string>)[$"AWS_ENDPOINT_URL_{service.ToUpperInvariant()}", "AWS_ENDPOINT_URL"])
        {
            if (environment(variable) is { } text && !string.IsNullOrWhiteSpace(text))
            {
                return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && Schemes.Contains(url.Scheme)
                    ? new CustomEndpoint(url, variable)
                    : throw new FormatException($"{variable} is not an http or https address");
            }
        }

        return null;
    }

    /// <summary>How AWS's tools read a switch in the environment.</summary>
    public static bool IsTrue(string? value) => string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}
