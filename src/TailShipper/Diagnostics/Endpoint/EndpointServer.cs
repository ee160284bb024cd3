using System.Net.Sockets;
using System.Text;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// Answers HTTP/1.1 on one listening socket: one request per connection, its body is not read. Only content that goes on as long as
/// somebody reads it (<see cref="EndpointAnswer.WriteContent"/>) may take longer than a few seconds. The web framework would do more
/// and cost 8 MB of memory; docs/metrics.md has the figures. Connections are few; when one more comes, the one that has said nothing
/// for longest is closed, so that whoever opens many keeps nobody out.
/// </summary>
/// <param name="listener">Where it listens.</param>
/// <param name="hosts">The hosts that may be asked for; null for a socket whose file's mode says who may ask.</param>
/// <param name="answer">Answers a request.</param>
/// <param name="time">Limits the time of a request.</param>
internal sealed class EndpointServer(
    Socket listener, EndpointHosts? hosts, Func<EndpointRequest, CancellationToken, ValueTask<EndpointAnswer>> answer, TimeProvider time)
{
    private const int MostConnections = 32;
    private const int LongestHead = 8 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly LinkedList<Connection> _connections = new(); // oldest first

    /// <summary>One whose answers never wait.</summary>
    public EndpointServer(Socket listener, EndpointHosts? hosts, Func<EndpointRequest, EndpointAnswer> answer, TimeProvider time)
        : this(listener, hosts, (request, _) => ValueTask.FromResult(answer(request)), time)
    {
    }

    /// <summary>Answers until cancelled.</summary>
    /// <exception cref="SocketException">The socket no longer listens.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var connection = new Connection(await listener.AcceptAsync(cancellation));
            lock (_gate)
            {
                if (_connections.Count >= MostConnections)
                {
                    var oldest = _connections.FirstOrDefault(known => !known.HasAsked) ?? _connections.First!.Value;
                    _connections.Remove(oldest);
                    oldest.Socket.Dispose();
                }

                _connections.AddLast(connection);
            }

            _ = ServeAsync(connection, cancellation);
        }
    }

    private async Task ServeAsync(Connection connection, CancellationToken cancellation)
    {
        try
        {
            using var timeout = new CancellationTokenSource(RequestTimeout, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            await using var stream = new NetworkStream(connection.Socket, ownsSocket: true);
            var request = await ReadAsync(stream, limit.Token);
            connection.HasAsked = true;
            var found = await AnswerAsync(request, limit.Token);
            var withBody = request?.Method != "HEAD";
            await stream.WriteAsync(found.ToBytes(withBody), limit.Token);
            if (withBody && found.WriteContent is { } write)
            {
                await WriteAsync(write, stream, cancellation);
            }

            connection.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Whoever asked went away or took too long, or others needed the place.
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }

    // Whoever asked says nothing more: what can be read is the end of the connection.
    private static async Task WriteAsync(Func<Stream, CancellationToken, Task> write, NetworkStream stream, CancellationToken cancellation)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = CloseAsync();
        try
        {
            await write(stream, closed.Token);
        }
        finally
        {
            await closed.CancelAsync();
            await reading;
        }

        async Task CloseAsync()
        {
            var ignored = new byte[16];
            try
            {
                while (await stream.ReadAsync(ignored, closed.Token) > 0)
                {
                }
            }
            catch (Exception exception) when (
                exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Closed with an error, or the content is complete.
            }

            await closed.CancelAsync();
        }
    }

    private async ValueTask<EndpointAnswer> AnswerAsync(EndpointRequest? request, CancellationToken limit)
    {
        try
        {
            return request is null ? new EndpointAnswer(400, "this is not an HTTP request\n")
                : hosts is null || hosts.Contain(request.Host) ? await answer(request, limit)
                : new EndpointAnswer(421, $"ask for {hosts}: a page of another host must not read this through a browser\n");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // An answer that fails must not end the service.
            return new EndpointAnswer(500, $"{exception.GetType().Name}: {exception.Message}\n");
        }
    }

    private async Task<EndpointRequest?> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var head = new byte[LongestHead];
        var length = 0;
        while (length < head.Length)
        {
            var read = await stream.ReadAsync(head.AsMemory(length), cancellation);
            length += read;
            if (read == 0 || head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                break;
            }
        }

        var text = head.AsSpan(0, length);
        var end = text.IndexOf("\r\n\r\n"u8);
        return end < 0 ? null : EndpointRequest.Parse(Encoding.Latin1.GetString(text[..end]), isPrivate: hosts is null);
    }

    private sealed class Connection(Socket socket)
    {
        private volatile bool _hasAsked;

        public Socket Socket => socket;

        public bool HasAsked
        {
            get => _hasAsked;
            set => _hasAsked = value;
        }
    }
}
