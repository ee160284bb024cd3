using System.Text.RegularExpressions;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>The rules for buckets and their ARNs in Firehose's API reference: <c>arn:.*:s3:::[\w\.\-]{1,255}</c>.</summary>
internal static partial class BucketName
{
    /// <summary>Whether <paramref name="name"/> is a valid name of a bucket and of a directory.</summary>
    public static bool IsValid(string name) => NamePattern().IsMatch(name) && name is not ("." or "..");

    /// <summary>The bucket of an ARN.</summary>
    /// <exception cref="ServiceException">The ARN is missing or malformed.</exception>
    public static string FromArn(string? arn)
    {
        if (arn is null)
        {
            throw new ServiceException(Errors.Constraint(null, "s3DestinationConfiguration.bucketARN", "Member must not be null"));
        }

        var match = ArnPattern().Match(arn);
        return match.Success && IsValid(match.Groups[1].Value)
            ? match.Groups[1].Value
            : throw new ServiceException(Errors.Constraint(
                arn,
                "s3DestinationConfiguration.bucketARN",
                "Member must satisfy regular expression pattern: arn:.*:s3:::[\\w\\.\\-]{1,255}"));
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.\-]{1,255}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\Aarn:[^/]*:s3:::([A-Za-z0-9_.\-]{1,255})\z")]
    private static partial Regex ArnPattern();
}
