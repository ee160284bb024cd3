using System.Net;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>The proxy of an address by its scheme, as one proxy for a connection pool; the system's where none is named.</summary>
internal sealed class SchemeProxy(ConnectionSettings settings) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => new ByProxy(settings);
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Of(destination).GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Of(host).IsBypassed(host);

    private IWebProxy Of(Uri destination) =>
        (destination.Scheme == Uri.UriSchemeHttps ? settings.SecureProxy : settings.PlainProxy) ?? HttpClient.DefaultProxy;

    /// <summary>A pool asks for the credentials of a proxy by its address.</summary>
    private sealed class ByProxy(ConnectionSettings settings) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            foreach (var proxy in (ReadOnlySpan<EndpointProxy?>)[settings.SecureProxy, settings.PlainProxy])
            {
                if (proxy?.Address == uri)
                {
                    return proxy.Credentials?.GetCredential(uri, authType);
                }
            }

            return HttpClient.DefaultProxy.Credentials?.GetCredential(uri, authType);
        }
    }
}
