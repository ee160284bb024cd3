using Amazon;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>
/// The clients that the SDK's own credentials call: a web identity the token service, single sign-on its portal. The SDK would look for
/// them by reflection, which a native program does not have; nothing would tell before they are needed.
/// </summary>
internal static class SdkClients
{
    /// <summary>Hands them to the SDK, for the whole process.</summary>
    public static void Register()
    {
        // These calls are not signed: a token in the request is the proof. A role of a profile, whose call is, has a client of its own:
        // AssumedRoleCredentials.
        var registry = GlobalRuntimeDependencyRegistry.Instance;
        registry.RegisterSecurityTokenServiceClient(context => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig { RegionEndpoint = context.SecurityTokenServiceClientContextData.Region }));
        registry.RegisterSSOClient(context => new AmazonSSOClient(
            new AnonymousAWSCredentials(), new AmazonSSOConfig { RegionEndpoint = context.SSOClientContextData.Region }));
        registry.RegisterSSOOIDCClient(context => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), new AmazonSSOOIDCConfig { RegionEndpoint = context.SSOOIDCClientContextData.Region }));
    }
}
