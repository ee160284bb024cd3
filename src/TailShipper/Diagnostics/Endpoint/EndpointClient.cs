using System.Net.Http;
using System.Net.Sockets;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>Asks the running service, for the command line.</summary>
internal sealed class EndpointClient : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private const int MaxAnswerBytes = 64 * 1024 * 1024; // 10,000 files in /status take a tenth of it

    private readonly HttpClient _http;
    private readonly string _address;
    private readonly bool _isSocket;

    private EndpointClient(string address)
    {
        _address = address;
        _isSocket = !address.StartsWith("http:", StringComparison.Ordinal);
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (_isSocket)
        {
            handler.ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(_address), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        _http = new HttpClient(handler)
        {
            Timeout = AnswerTimeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
            BaseAddress = new Uri(_isSocket ? "http://tailshipper/" : address),
        };
    }

    /// <summary>A client of the service that these options are of.</summary>
    /// <exception cref="EndpointUnavailableException">The endpoint is off, or this user may not read the state directory.</exception>
    public static EndpointClient For(ShipperOptions options)
    {
        try
        {
            return new EndpointClient(EndpointFile.Find(options)
                ?? throw new EndpointUnavailableException(
                    "the service has no endpoint: Shipper:Endpoint:Socket and Shipper:Endpoint:Url are off", isForbidden: false));
        }
        catch (UnauthorizedAccessException)
        {
            var file = EndpointFile.PathIn(options);
            throw Forbidden(OperatingSystem.IsLinux() && LinuxCalls.OwnerOf(file) is null ? ShipperDirectories.State(options) : file);
        }
    }

    /// <summary>Asks; the answer's status and text.</summary>
    /// <exception cref="EndpointUnavailableException">Nobody answers, or this user may not ask.</exception>
    public async Task<(int Status, string Text)> AskAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(method, path, HttpCompletionOption.ResponseContentRead, cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    /// <summary>Asks for content that goes on; reads it with <see cref="HttpContent.ReadAsStreamAsync()"/>.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, HttpCompletionOption.ResponseHeadersRead, cancellation);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpCompletionOption completion, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            return await _http.SendAsync(request, completion, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            if (SocketErrorOf(exception) is SocketError.AccessDenied)
            {
                throw Forbidden(_address);
            }

            throw new EndpointUnavailableException($"nobody answers at {_address}", isForbidden: false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EndpointUnavailableException(
                $"the service does not answer at {_address} within {AnswerTimeout.TotalSeconds:F0} s", isForbidden: false);
        }
        catch (ArgumentException exception)
        {
            throw new EndpointUnavailableException($"{_address} cannot be a socket: {exception.Message}", isForbidden: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketError? SocketErrorOf(Exception? exception) =>
        exception is null ? null : exception is SocketException socket ? socket.SocketErrorCode : SocketErrorOf(exception.InnerException);

    private static EndpointUnavailableException Forbidden(string path)
    {
        var owner = OperatingSystem.IsLinux() && LinuxCalls.OwnerOf(path) is { } known
            ? $" (owner {known.User}, group {known.Group}, mode 0{Convert.ToString(known.Mode & 0xFFF, 8)})"
            : "";
        return new EndpointUnavailableException(
            $"user {Environment.UserName} may not ask the service: {path} is not open to this user{owner}. Ask as root (sudo tailshipper "
            + $"…) or as a member of the service's group (sudo usermod -aG tailshipper {Environment.UserName}, then log in again)",
            isForbidden: true);
    }
}

/// <summary>The running service cannot be asked; the message says why, in words for a person.</summary>
/// <param name="message">One sentence or two.</param>
/// <param name="isForbidden">True when this user may not; false when nobody answers.</param>
internal sealed class EndpointUnavailableException(string message, bool isForbidden) : Exception(message)
{
    /// <summary>True when this user may not; false when nobody answers.</summary>
    public bool IsForbidden => isForbidden;
}
