using System.Net.Sockets;
using System.Text;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// Answers HTTP/1.1 on one listening socket: one request per connection, its body is not read. The web framework would do more
/// and cost 8 MB of memory; docs/metrics.md has the figures.
/// </summary>
internal sealed class EndpointServer(Socket listener, bool isPrivate, Func<EndpointRequest, EndpointAnswer> answer, TimeProvider time)
{
    private const int MostConnections = 16;
    private const int LongestHead = 8 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Answers until cancelled.</summary>
    /// <exception cref="SocketException">The socket no longer listens.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var room = new SemaphoreSlim(MostConnections); // connections may outlive this call: it is theirs, too
        while (true)
        {
            await room.WaitAsync(cancellation);
            Socket client;
            try
            {
                client = await listener.AcceptAsync(cancellation);
            }
            catch
            {
                room.Release();
                throw;
            }

            _ = ServeAsync(client, room, cancellation);
        }
    }

    private async Task ServeAsync(Socket client, SemaphoreSlim room, CancellationToken cancellation)
    {
        try
        {
            using var timeout = new CancellationTokenSource(RequestTimeout, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var request = await ReadAsync(stream, limit.Token);
            await stream.WriteAsync(Answer(request).ToBytes(withBody: request?.Method != "HEAD"), limit.Token);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // Whoever asked went away or took too long.
        }
        finally
        {
            room.Release();
        }
    }

    private EndpointAnswer Answer(EndpointRequest? request)
    {
        try
        {
            return request is null ? new EndpointAnswer(400, "this is not an HTTP request\n") : answer(request);
        }
        catch (Exception exception)
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

        var line = head.AsSpan(0, length);
        return line.IndexOf("\r\n\r\n"u8) < 0
            ? null
            : EndpointRequest.Parse(Encoding.Latin1.GetString(line[..line.IndexOf("\r\n"u8)]), isPrivate);
    }
}
