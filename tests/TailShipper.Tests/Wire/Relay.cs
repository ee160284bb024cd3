using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>Stands between a client and a server on loopback: as the server's TLS end, or as a proxy.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<IDisposable> _open = [];
    private readonly Func<Stream, Task<(Stream Client, Stream Server)?>> _meet;
    private readonly Task _accepting;
    private int _connections;

    private Relay(Func<Relay, Stream, Task<(Stream Client, Stream Server)?>> meet)
    {
        _meet = stream => meet(this, stream);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The heads of the requests that a proxy was sent.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <summary>Ends TLS with <paramref name="certificate"/> and passes on what is inside.</summary>
    public static Relay Tls(X509Certificate2 certificate, Uri server) => new(async (relay, client) =>
    {
        var secure = new SslStream(client);
        relay._open.Enqueue(secure);
        await secure.AuthenticateAsServerAsync(certificate);
        return (secure, await relay.ConnectAsync(server.Port));
    });

    /// <summary>
    /// A proxy that makes tunnels to <paramref name="port"/> whatever host is asked for; with <paramref name="userAndPassword"/> for those
    /// alone who say them.
    /// </summary>
    public static Relay Proxy(int port, string? userAndPassword = null) => new(async (relay, client) =>
    {
        while (await ReadHeadAsync(client) is { } head)
        {
            relay.Heads.Enqueue(head);
            if (userAndPassword is not null
                && !head.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword))}\r\n",
                StringComparison.Ordinal))
            {
                await client.WriteAsync(
                    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"u8.ToArray());
                await client.WriteAsync(
                    "Content-Length: 0\r\n\r\n"u8.ToArray());
                continue;
            }

            await client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            return (client, await relay.ConnectAsync(port));
        }

        return null;
    });

    /// <summary>Ends every connection that is open now, as a failing network does.</summary>
    public void Cut()
    {
        while (_open.TryDequeue(out var stream))
        {
            stream.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Cut();
        _stop.Dispose();
    }

    private static async Task<string?> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) > 0)
        {
            head.Append((char)one[0]);
            if (head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return head.ToString();
            }
        }

        return null;
    }

    private async Task<Stream> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _open.Enqueue(socket);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _open.Enqueue(socket);
                _ = PassAsync(new NetworkStream(socket, ownsSocket: true));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task PassAsync(Stream client)
    {
        try
        {
            if (await _meet(client) is { } pair)
            {
                var there = pair.Client.CopyToAsync(pair.Server);
                await Task.WhenAny(there, pair.Server.CopyToAsync(pair.Client));
                pair.Server.Dispose();
            }

            client.Dispose();
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException
                or System.Security.Authentication.AuthenticationException)
        {
            // One of the two went away, or the client does not trust the certificate.
        }
    }
}
