using System.Net;

namespace Shipper.TailShipper.Firehose;

/// <summary>The connection pool that every flow shares, and its settings.</summary>
internal static class HttpTransport
{
    /// <summary>After this long a connection is replaced, so that a change of the service's addresses is followed.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// After this long without a call a connection is closed: sooner than usual servers and balancers do (60 s), so that
    /// a call seldom meets a connection that the other end is closing.
    /// </summary>
    public static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(30);

    /// <summary>The most that name resolution, connecting and the TLS handshake may take together.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>More than the calls that delivery lets be under way at once; the limit is a fence, not a throttle.</summary>
    public const int MaxConnections = 256;

    /// <summary>A handler for calls that each send one body and read one answer over HTTP/1.1. The system's proxy settings hold.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = ConnectTimeout,
        EnableMultipleHttp2Connections = false,
        MaxConnectionsPerServer = MaxConnections,
        PooledConnectionIdleTimeout = ConnectionIdle,
        PooledConnectionLifetime = ConnectionLifetime,
        UseCookies = false,
    };
}
