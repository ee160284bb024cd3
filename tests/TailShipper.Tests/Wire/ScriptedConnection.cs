using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>One connection of a <see cref="ScriptedServer"/>, byte by byte in the test's hands.</summary>
internal sealed class ScriptedConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <summary>Reads a request's head only; null when the other end closed.</summary>
    public async Task<(string Line, Dictionary<string, string> Headers)?> ReadHeadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!EndsWithBlankLine(head))
        {
            if (await _stream.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return (lines[0], headers);
    }

    /// <summary>Reads a whole request; null when the other end closed.</summary>
    public async Task<ScriptedRequest?> ReadRequestAsync()
    {
        if (await ReadHeadAsync() is not { } head)
        {
            return null;
        }

        var body = new byte[int.Parse(head.Headers["Content-Length"], CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(body);
        return new ScriptedRequest(head.Line, head.Headers, body);
    }

    /// <summary>Reads and forgets.</summary>
    public async Task DrainAsync(long bytes)
    {
        var buffer = new byte[65536];
        while (bytes > 0 && await _stream.ReadAsync(buffer) is > 0 and var read)
        {
            bytes -= read;
        }
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a whole answer with its length.</summary>
    public Task AnswerAsync(string status, string body, params string[] headers) =>
        SendAsync(
            $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + $"{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body}");

    /// <summary>Ends with an RST in place of a FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Drops every packet from now on, as a network does that has forgotten the connection.</summary>
    public void Swallow() => PacketFilter.DropAll(socket);

    public void Close() => _stream.Dispose();

    public void Dispose() => Close();

    private static bool EndsWithBlankLine(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';
}
