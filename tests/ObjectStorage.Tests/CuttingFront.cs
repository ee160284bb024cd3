using System.Net;
using System.Net.Sockets;

namespace Shipper.ObjectStorage.Tests;

/// <summary>Stands before a server and cuts every connection after a number of bytes of its answer, so often.</summary>
internal sealed class CuttingFront : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly int _bytes;
    private int _cutsLeft;

    public CuttingFront(Uri server, int bytes, int cuts)
    {
        (_server, _bytes, _cutsLeft) = (server, bytes, cuts);
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = Task.Run(AcceptAsync);
    }

    public Uri Url { get; }

    /// <summary>How many answers were cut.</summary>
    public int Cuts { get; private set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => RelayAsync(client));
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            var toServer = client.GetStream().CopyToAsync(server.GetStream());
            var buffer = new byte[4096];
            long passed = 0;
            try
            {
                int read;
                while ((read = await server.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (passed + read > _bytes && Interlocked.Decrement(ref _cutsLeft) >= 0)
                    {
                        Cuts++;
                        client.LingerState = new LingerOption(true, 0); // a reset, not an end
                        return;
                    }

                    await client.GetStream().WriteAsync(buffer.AsMemory(0, read));
                    passed += read;
                }
            }
            catch (IOException)
            {
                // The other side went away.
            }
        }

        GC.KeepAlive(_listener);
    }
}
