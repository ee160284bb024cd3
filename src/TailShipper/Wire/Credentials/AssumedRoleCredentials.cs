using Amazon.Runtime;
using Amazon.SecurityToken;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>
/// Temporary credentials of a role, renewed before they expire. The SDK's own class for this takes the region of the token service
/// from the instance's metadata; this one uses the configured region.
/// </summary>
internal sealed class AssumedRoleCredentials : RefreshingAWSCredentials
{
    private readonly RoleRequest _role;
    private readonly AmazonSecurityTokenServiceClient _sts;

    /// <param name="source">Who assumes the role.</param>
    /// <param name="role">The role.</param>
    /// <param name="options">Which endpoints are called.</param>
    /// <param name="region">The region whose token service is asked.</param>
    /// <param name="stsUrl">A custom endpoint of the token service; null for the region's.</param>
    /// <param name="connections">How it is reached.</param>
    public AssumedRoleCredentials(
        AWSCredentials source, RoleRequest role, AwsOptions options, string region, Uri? stsUrl, ConnectionSettings connections)
    {
        _role = role;
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
        _sts = TokenService.Client(source, options, region, stsUrl, connections, retries: 2);
    }

    /// <summary>The role.</summary>
    public string RoleArn => _role.Arn;

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var answer = await _sts.AssumeRoleAsync(_role.ToCall());
        var given = answer.Credentials;
        return new CredentialsRefreshState(
            new ImmutableCredentials(given.AccessKeyId, given.SecretAccessKey, given.SessionToken),
            given.Expiration ?? throw new AmazonClientException("The token service gave credentials without an expiration."));
    }

    // Blocks because the base class requires a synchronous version. The shipper itself calls only GetCredentialsAsync, so this runs
    // when the SDK asks for credentials synchronously, on a thread of its own.
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sts.Dispose();
        }

        base.Dispose(disposing);
    }
}
