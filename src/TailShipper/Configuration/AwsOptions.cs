namespace Shipper.TailShipper.Configuration;

/// <summary>Where the service is and as whom to call it. What is absent comes from the AWS SDK's own chain.</summary>
internal sealed class AwsOptions
{
    /// <summary>Region, for example <c>eu-west-1</c>. Default: AWS_REGION, the profile, the instance's own region.</summary>
    public string? Region { get; set; }

    /// <summary>Endpoint in place of the region's, for example a VPC endpoint or a local Firehose.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Name of a profile in the shared AWS files. Default: the SDK's chain.</summary>
    public string? Profile { get; set; }

    /// <summary>Role to assume for every call, as <c>arn:aws:iam::ACCOUNT:role/NAME</c>.</summary>
    public string? RoleArn { get; set; }

    /// <summary>External id that the role's trust policy asks for; needs <see cref="RoleArn"/>.</summary>
    public string? ExternalId { get; set; }
}
