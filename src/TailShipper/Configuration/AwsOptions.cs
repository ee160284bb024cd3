using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>The endpoints and the credentials. What is not set comes from the AWS SDK's own chain.</summary>
internal sealed class AwsOptions : IOptionSection
{
    /// <summary>Region, for example <c>eu-west-1</c>. Default: AWS_REGION, the profile, the instance's own region.</summary>
    public string? Region { get; set; }

    /// <summary>
    /// A custom endpoint for Firehose, for example a VPC endpoint or a local Firehose. Default: AWS_ENDPOINT_URL_FIREHOSE,
    /// AWS_ENDPOINT_URL, else the region's.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>A custom endpoint for Kinesis. Default: AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL, else the region's.</summary>
    public Uri? KinesisServiceUrl { get; set; }

    /// <summary>Whether to call the endpoints with FIPS 140 validated cryptography. Default: AWS_USE_FIPS_ENDPOINT, else false.</summary>
    public bool? UseFips { get; set; }

    /// <summary>Whether to call the endpoints that have IPv6 addresses too. Default: AWS_USE_DUALSTACK_ENDPOINT, else false.</summary>
    public bool? UseDualStack { get; set; }

    /// <summary>
    /// A PEM file of certificate authorities that are trusted in place of the system's. Default: AWS_CA_BUNDLE, else the system's.
    /// </summary>
    public string? CaBundle { get; set; }

    /// <summary>
    /// Proxy for every call, as <c>http://HOST:PORT</c> or with <c>USER:PASSWORD@</c>. Default: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY.
    /// NO_PROXY applies to it too.
    /// </summary>
    public string? Proxy { get; set; }

    /// <summary>Name of a profile in the shared AWS files. Default: the SDK's chain.</summary>
    public string? Profile { get; set; }

    /// <summary>Role to assume for every call, as <c>arn:aws:iam::ACCOUNT:role/NAME</c>.</summary>
    public string? RoleArn { get; set; }

    /// <summary>External id that the role's trust policy asks for; needs <see cref="RoleArn"/>.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<AwsOptions> Table = new OptionTable<AwsOptions>()
        .Value(nameof(Region), options => options.Region, (options, value) => options.Region = value)
        .Value(nameof(ServiceUrl), options => options.ServiceUrl, (options, value) => options.ServiceUrl = value)
        .Value(nameof(KinesisServiceUrl), options => options.KinesisServiceUrl, (options, value) => options.KinesisServiceUrl = value)
        .Value(nameof(UseFips), options => options.UseFips, (options, value) => options.UseFips = value)
        .Value(nameof(UseDualStack), options => options.UseDualStack, (options, value) => options.UseDualStack = value)
        .Value(nameof(CaBundle), options => options.CaBundle, (options, value) => options.CaBundle = value)
        .Value(nameof(Proxy), options => options.Proxy, (options, value) => options.Proxy = value)
        .Value(nameof(Profile), options => options.Profile, (options, value) => options.Profile = value)
        .Value(nameof(RoleArn), options => options.RoleArn, (options, value) => options.RoleArn = value)
        .Value(nameof(ExternalId), options => options.ExternalId, (options, value) => options.ExternalId = value);

    OptionTable IOptionSection.Settings => Table;
}
