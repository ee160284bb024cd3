using System.Net;
using System.Net.Sockets;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>
/// A server on loopback that does to each connection what the test says, without an HTTP library to keep it well-behaved.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly System.Collections.Concurrent.ConcurrentQueue<ScriptedConnection> _accepted = [];

    public ScriptedServer(Func<ScriptedConnection, Task> script)
    {
        _listener.Start();
        _accepting = AcceptAsync(script);
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Connections => _accepted.Count;

    /// <summary>Answers every request with <paramref name="answer"/>; requests arrive in <paramref name="seen"/>.</summary>
    public static ScriptedServer Answering(Func<ScriptedConnection, ScriptedRequest, Task> answer, List<ScriptedRequest>? seen = null) =>
        new(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                seen?.Add(request);
                await answer(connection, request);
            }
        });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        foreach (var connection in _accepted)
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<ScriptedConnection, Task> script)
    {
        try
        {
            while (true)
            {
                var connection = new ScriptedConnection(await _listener.AcceptSocketAsync(_stop.Token));
                _accepted.Enqueue(connection);
                _ = RunAsync(script, connection);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private static async Task RunAsync(Func<ScriptedConnection, Task> script, ScriptedConnection connection)
    {
        try
        {
            await script(connection);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The client went away, or the script reset the connection.
        }
    }
}
