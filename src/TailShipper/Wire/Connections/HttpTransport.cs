using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>The connection pool that every flow shares, and its settings.</summary>
internal static class HttpTransport
{
    /// <summary>After this long a connection is replaced, so that a change of the service's addresses takes effect.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// After about this long without a call a connection is closed. A firewall or an address translation that forgets idle connections
    /// swallows what is sent on them, without an error; a new connection costs a flow that calls so seldom nothing.
    /// </summary>
    public static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A call on a used connection is made again on a new one when after this long not a byte of it was acknowledged. Acknowledgements
    /// come within a round trip, whatever the service does.
    /// </summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(2);

    /// <summary>Limit for name resolution, connecting and the TLS handshake together.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>More than delivery has in flight at once: a safety limit, not a throttle.</summary>
    public const int MaxConnections = 256;

    /// <summary>The slowest link that is supported: 64 KiB/s, half a Mbit/s, shared by all calls in flight.</summary>
    public const int MinBytesPerSecond = 64 * 1024;

    /// <summary>
    /// The time that <paramref name="bytes"/> take on the slowest link; added to a call's timeout. A flat timeout either fails large
    /// bodies on a slow link every time, or makes small ones wait that long for a dead peer. Progress cannot be measured here: the
    /// socket buffer takes megabytes long before they leave the machine.
    /// </summary>
    public static TimeSpan UploadTime(long bytes) => TimeSpan.FromSeconds((double)bytes / MinBytesPerSecond);

    /// <summary>What AWS requires at least; a system's policy may allow older ones.</summary>
    public static SslProtocols Protocols => SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>A handler for calls that each send one body and read one answer over HTTP/1.1.</summary>
    /// <param name="settings">Proxies and trusted authorities; null for the system's.</param>
    /// <param name="deadAfter">How long the other end may be silent; null for <see cref="ServiceConnection.DeadAfter"/>.</param>
    public static SocketsHttpHandler CreateHandler(ConnectionSettings? settings = null, TimeSpan? deadAfter = null)
    {
        settings ??= ConnectionSettings.System;
        var trust = new ConnectionTrust();
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = (context, cancellation) =>
                ServiceConnection.ConnectAsync(context, trust, deadAfter ?? ServiceConnection.DeadAfter, cancellation),
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = false,
            MaxConnectionsPerServer = MaxConnections,
            PooledConnectionIdleTimeout = ConnectionIdle,
            PooledConnectionLifetime = ConnectionLifetime,
            Proxy = settings is { SecureProxy: null, PlainProxy: null } ? null : new SchemeProxy(settings),
            UseCookies = false,
        };
        handler.SslOptions.EnabledSslProtocols = Protocols;
        if (settings.Authorities is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = TrustOnly(authorities);
        }

        return handler;
    }

    /// <summary>
    /// Trusts these authorities only: as in AWS's own tools, a bundle replaces the system's. Revocation is not checked, as without a
    /// bundle.
    /// </summary>
    public static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(authorities);
        return policy;
    }
}
