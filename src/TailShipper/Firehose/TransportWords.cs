using System.Net.Sockets;
using System.Security.Authentication;

namespace Shipper.TailShipper.Firehose;

/// <summary>Says in words what broke below HTTP.</summary>
internal static class TransportWords
{
    /// <summary>The kind of the fault, then the innermost cause.</summary>
    public static string Describe(Exception exception, AwsEndpoint endpoint)
    {
        var kind = exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => "connecting took too long",
            OperationCanceledException => "the call took too long",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the name cannot be resolved",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the TLS handshake failed",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy gave no tunnel",
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the answer was cut short",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection ended without an answer",
            HttpIOException or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not valid HTTP",
            _ => "the connection broke",
        };
        return $"{endpoint.Host}: {kind}{Cause(exception)}";
    }

    private static string Cause(Exception exception)
    {
        var cause = exception;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause switch
        {
            SocketException socket => $" ({socket.SocketErrorCode}: {socket.Message})",
            AuthenticationException => $" ({cause.Message})",
            OperationCanceledException or TimeoutException => "",
            _ => $" ({cause.Message})",
        };
    }
}
