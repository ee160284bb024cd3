using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// Tries the way to an endpoint step by step: its name (or its proxy's), a connection, TLS, an answer, and by its header Date the
/// difference of the clocks. Each step has <see cref="HttpTransport.ConnectTimeout"/>. It sends nothing but an empty request without a
/// signature, which AWS refuses.
/// </summary>
/// <param name="endpoint">Where.</param>
/// <param name="settings">How it is reached.</param>
/// <param name="time">Measures, and is the clock that is compared.</param>
internal sealed class EndpointProbe(AwsEndpoint endpoint, ConnectionSettings settings, TimeProvider time)
{
    /// <summary>From this difference of the clocks on there is a warning; a Date has whole seconds, and the way takes its time.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    private readonly List<ConnectionStep> _steps = [];

    /// <summary>Runs until a step fails; the last of the steps tells.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task<IReadOnlyList<ConnectionStep>> RunAsync(CancellationToken cancellation)
    {
        var proxy = settings.ProxyFor(endpoint.Url)?.Address ?? SystemProxy();
        IPAddress[] addresses = [];
        var reached = await TryAsync("resolve", HttpRequestError.NameResolutionError, async limit =>
        {
            var host = (proxy ?? endpoint.Url).IdnHost.Trim('[', ']');
            addresses = await Dns.GetHostAddressesAsync(host, limit);
            return $"{(proxy is null ? "" : "the proxy ")}{host} is {string.Join(", ", addresses.Select(address => address.ToString()))}";
        }, cancellation);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        reached = reached && await TryAsync("connect", HttpRequestError.ConnectionError, async limit =>
        {
            await socket.ConnectAsync(addresses, (proxy ?? endpoint.Url).Port, limit);
            return Shown(socket.RemoteEndPoint!);
        }, cancellation);
        if (reached && proxy is null && endpoint.Url.Scheme == Uri.UriSchemeHttps)
        {
            reached = await TryAsync(
                "TLS", HttpRequestError.SecureConnectionError, limit => HandshakeAsync(socket, limit), cancellation);
        }

        if (reached)
        {
            await AnswerAsync(cancellation);
        }

        return _steps;
    }

    // Without settings of ours the platform's apply.
    private Uri? SystemProxy() => settings is { SecureProxy: null, PlainProxy: null } && !HttpClient.DefaultProxy.IsBypassed(endpoint.Url)
        ? HttpClient.DefaultProxy.GetProxy(endpoint.Url)
        : null;

    private async Task<string> HandshakeAsync(Socket socket, CancellationToken limit)
    {
        await using var secure = new SslStream(new NetworkStream(socket));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Url.IdnHost,
            EnabledSslProtocols = HttpTransport.Protocols,
        };
        if (settings.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = HttpTransport.TrustOnly(authorities);
        }

        await secure.AuthenticateAsClientAsync(options, limit);
        var version = secure.SslProtocol switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            var other => other.ToString(),
        };
        return secure.RemoteCertificate is not X509Certificate2 certificate ? version
            : $"{version}, certificate by {certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}, valid until "
            + certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private async Task AnswerAsync(CancellationToken cancellation)
    {
        DateTimeOffset? service = null;
        DateTimeOffset? here = null;
        using var connections = new HttpMessageInvoker(HttpTransport.CreateHandler(settings));
        var answered = await TryAsync("answer", HttpRequestError.Unknown, async limit =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent([]) };
            request.Headers.TryAddWithoutValidation("User-Agent", "tailshipper");
            var began = time.GetUtcNow();
            using var response = await connections.SendAsync(request, limit);
            var ended = time.GetUtcNow();
            (service, here) = (response.Headers.Date, began + ((ended - began) / 2));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP {(int)response.StatusCode} to a call without a signature, over HTTP/{response.Version}");
        }, cancellation);
        if (answered)
        {
            _steps.Add(Clock(service, here!.Value));
        }
    }

    /// <summary>Compares the clocks.</summary>
    /// <param name="service">The service's time, in whole seconds; null when the answer had none.</param>
    /// <param name="here">This machine's, when the answer was given.</param>
    internal static ConnectionStep Clock(DateTimeOffset? service, DateTimeOffset here)
    {
        if (service is null)
        {
            return new ConnectionStep("clock", StepResult.Unknown, "the answer has no date to compare with", null);
        }

        // The date was cut to a second: its middle is the better guess.
        var ahead = here - (service.Value + TimeSpan.FromSeconds(0.5));
        if (ahead.Duration() < TimeSpan.FromSeconds(1))
        {
            return new ConnectionStep("clock", StepResult.Ok, "this machine's clock agrees with the service's", null);
        }

        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock is {ahead.Duration().TotalSeconds:F0} s "
            + $"{(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the service's");
        return ahead.Duration() < ClockTolerance
            ? new ConnectionStep("clock", StepResult.Ok, text, null)
            : new ConnectionStep(
                "clock", StepResult.Warning, text + ". Set the clock right (chronyc tracking, or timedatectl); from 4 minutes on requests "
                + "are signed with the service's time", null);
    }

    private async Task<bool> TryAsync(
        string name, HttpRequestError kind, Func<CancellationToken, Task<string>> step, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var ours = new CancellationTokenSource(HttpTransport.ConnectTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ours.Token);
        try
        {
            var found = await step(limit.Token);
            _steps.Add(new ConnectionStep(name, StepResult.Ok, found, time.GetElapsedTime(began)));
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (
            exception is SocketException or IOException or HttpRequestException or AuthenticationException or OperationCanceledException)
        {
            var failure = exception switch
            {
                OperationCanceledException => new OperationCanceledException("", new TimeoutException()),
                HttpRequestException => exception,
                _ => new HttpRequestException(kind, exception.Message, exception),
            };
            _steps.Add(new ConnectionStep(
                name, StepResult.Failed, TransportErrors.Describe(failure, endpoint, settings), time.GetElapsedTime(began)));
            return false;
        }
    }

    private static string Shown(EndPoint reached) => reached is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : reached.ToString()!;
}
