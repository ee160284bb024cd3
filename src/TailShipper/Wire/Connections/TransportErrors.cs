using System.Net.Sockets;
using System.Security.Authentication;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>Describes a failure below HTTP.</summary>
internal static class TransportErrors
{
    private const int HttpsPort = 443;

    /// <summary>The kind of the failure, then the innermost cause, then what to do where that is known.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="endpoint">Where the call went.</param>
    /// <param name="settings">How the connection was made.</param>
    /// <param name="isUnacknowledged">True when a body was sent and not a byte of it was acknowledged.</param>
    public static string Describe(
        Exception exception, AwsEndpoint endpoint, ConnectionSettings settings, bool isUnacknowledged = false)
    {
        var kind = exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => "connecting took too long",
            OperationCanceledException => "the call took too long",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the name cannot be resolved",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the TLS handshake failed",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refused the tunnel",
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the answer was cut short",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection ended without an answer",
            HttpIOException or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                "the answer is not valid HTTP",
            _ => "the connection broke",
        };
        var lost = isUnacknowledged
            ? ", and not a byte of the call was acknowledged: something on the way drops the packets of this connection"
            : "";
        return $"{endpoint.Host}: {kind}{Cause(exception)}{lost}{Fix(exception, endpoint, settings)}";
    }

    /// <summary>
    /// True when nothing came from the other end, not even a refusal. After a reset, what was not acknowledged may have been read all the
    /// same, because acknowledgements may be delayed.
    /// </summary>
    public static bool IsSilence(Exception exception) => exception.GetBaseException() switch
    {
        SocketException socket => socket.SocketErrorCode is SocketError.TimedOut or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown or SocketError.OperationAborted,
        OperationCanceledException or TimeoutException => true,
        _ => false,
    };

    private static string Fix(Exception exception, AwsEndpoint endpoint, ConnectionSettings settings)
    {
        switch ((exception as HttpRequestException)?.HttpRequestError)
        {
            case HttpRequestError.SecureConnectionError when exception.GetBaseException() is AuthenticationException:
                return settings.CaBundle is { } bundle
                    ? $". The certificate authorities in {bundle} replace the system's: "
                        + $"add the one that signed this certificate, or check that it is for {endpoint.Host}{PlainHttp(endpoint)}"
                    : ". Where a private authority or an inspecting proxy signs certificates, "
                        + "name its PEM file in Shipper:Aws:CaBundle or AWS_CA_BUNDLE; "
                        + $"else check that the address is right and the certificate is for {endpoint.Host}{PlainHttp(endpoint)}";
            case HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                when settings.ProxyFor(endpoint.Url) is { } proxy:
                return $". The proxy is {proxy} ({proxy.Setting}); add hosts that need no proxy to NO_PROXY";
            case HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse when endpoint.Url.Scheme == Uri.UriSchemeHttp:
                return ". If that port speaks TLS, write https:// in the address";
            default:
                return "";
        }
    }

    private static string PlainHttp(AwsEndpoint endpoint) =>
        endpoint.Url.Port == HttpsPort ? "" : ", or write http:// in the address if that port speaks plain HTTP";

    private static string Cause(Exception exception)
    {
        var cause = exception.GetBaseException();
        return cause switch
        {
            SocketException socket => $" ({socket.SocketErrorCode}: {socket.Message})",
            AuthenticationException => $" ({cause.Message})",
            OperationCanceledException or TimeoutException => "",
            _ => $" ({cause.Message})",
        };
    }
}
