using System.Net;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// Addresses that are of this machine, whatever proxy is configured: its loopback, and the link-local addresses at which an instance
/// or a container finds its metadata and its role's credentials. They are answered in plain text, and only to this machine: a proxy
/// would see keys and session token, or give others.
/// </summary>
internal static class DirectAddresses
{
    private static readonly IPNetwork[] Networks =
    [
        IPNetwork.Parse("169.254.0.0/16"), // instance metadata 169.254.169.254; containers 169.254.170.2 and .23
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fd00:ec2::/32"), // the same over IPv6: fd00:ec2::254 and ::23
    ];

    private static readonly Lock Gate = new();

    /// <summary>True when the host is never asked through a proxy.</summary>
    public static bool Contain(Uri host)
    {
        if (host.IsLoopback)
        {
            return true; // a proxy on another machine would connect to itself
        }

        if (!IPAddress.TryParse(host.IdnHost, out var address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Networks, network => network.Contains(address));
    }

    /// <summary>
    /// Excludes them from the process's own proxy, which the AWS SDK uses when it asks for metadata and credentials, and which it takes
    /// from the environment. To be called before the SDK; further calls do nothing.
    /// </summary>
    public static void ExcludeFromSystemProxy()
    {
        lock (Gate)
        {
            if (HttpClient.DefaultProxy is not Excluding)
            {
                HttpClient.DefaultProxy = new Excluding(HttpClient.DefaultProxy);
            }
        }
    }

    /// <summary>A proxy for all other addresses.</summary>
    internal sealed class Excluding(IWebProxy proxy) : IWebProxy
    {
        /// <inheritdoc/>
        public ICredentials? Credentials
        {
            get => proxy.Credentials;
            set => proxy.Credentials = value;
        }

        /// <inheritdoc/>
        public Uri? GetProxy(Uri destination) => Contain(destination) ? null : proxy.GetProxy(destination);

        /// <inheritdoc/>
        public bool IsBypassed(Uri host) => Contain(host) || proxy.IsBypassed(host);
    }
}
