using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>Finds the region to call.</summary>
internal static class AwsRegion
{
    /// <summary>
    /// How long the instance's metadata service may take. It answers within milliseconds where there is one; elsewhere packets to
    /// its address are often dropped.
    /// </summary>
    public static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The first of: <see cref="AwsOptions.Region"/>, AWS_REGION, AWS_DEFAULT_REGION, the profile's region, the
    /// instance's own. Null when there is none. Asks the metadata service only where none of the others is set and the service has
    /// no custom endpoint; blocks for <see cref="MetadataTimeout"/> at most, so call it while starting.
    /// </summary>
    /// <param name="options">The configuration.</param>
    /// <param name="service">The service to be called.</param>
    /// <exception cref="FormatException">A variable that should be an address is not.</exception>
    public static string? Resolve(AwsOptions options, string service = AwsEndpoint.Firehose) =>
        Configured(options, Environment.GetEnvironmentVariable)
        ?? (CustomEndpoint.Configured(options, service, Environment.GetEnvironmentVariable) is null ? FromMetadata() : null);

    /// <summary>As <see cref="Resolve"/>, without the metadata service: no network.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="environment">Reads an environment variable; null when it is not set.</param>
    public static string? Configured(AwsOptions options, Func<string, string?> environment)
    {
        foreach (var region in (ReadOnlySpan<string?>)[options.Region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION")])
        {
            if (!string.IsNullOrWhiteSpace(region))
            {
                return region.Trim();
            }
        }

        var profile = options.Profile ?? environment("AWS_PROFILE");
        return new CredentialProfileStoreChain().TryGetProfile(string.IsNullOrWhiteSpace(profile) ? "default" : profile, out var found)
            ? found.Region?.SystemName
            : null;
    }

    /// <summary>
    /// A warning where this version does not know a region: a new one, or a misspelled one. Null for one that it knows.
    /// </summary>
    public static string? Unknown(string region)
    {
        // The SDK also lists what it was asked for before and does not know.
        var known = RegionEndpoint.EnumerableAllRegions
            .Where(endpoint => !endpoint.DisplayName.Contains("Unknown", StringComparison.Ordinal))
            .Select(endpoint => endpoint.SystemName).ToList();
        return known.Contains(region, StringComparer.Ordinal) ? null
            : $"{region} is no region that this version knows. "
                + (Spelling.Nearest(region, known) is { } near ? $"Did you mean {near}?" : "Check its name");
    }

    private static string? FromMetadata()
    {
        // The SDK's lookup blocks and takes no timeout. It gets a thread of its own, so that a lookup that is abandoned occupies no
        // thread of the pool; it ends in the background and its result is dropped.
        DirectAddresses.ExcludeFromSystemProxy();
        string? found = null;
        var lookup = new Thread(() =>
        {
            try
            {
                found = FallbackRegionFactory.GetRegionEndpoint()?.SystemName;
            }
            catch (Exception)
            {
                // No metadata service, or one that refuses: it has no region to give.
            }
        })
        {
            IsBackground = true,
            Name = "region",
        };
        lookup.Start();
        return lookup.Join(MetadataTimeout) ? found : null;
    }
}
