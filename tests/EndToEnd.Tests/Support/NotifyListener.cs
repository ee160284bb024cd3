using System.Net.Sockets;
using System.Text;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>What systemd would be told: a datagram socket bound by the test, and every message that came.</summary>
internal sealed class NotifyListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _messages = [];
    private readonly Thread _thread;

    /// <summary>Binds <paramref name="name"/>: a path, or <c>@name</c>.</summary>
    public NotifyListener(string name)
    {
        Name = name;
        _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        _thread = new Thread(Receive) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>For NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>The messages so far, each with its fields.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>How many messages have the field.</summary>
    public int Count(string field) => Messages.Count(message => message.Split('\n').Contains(field));

    /// <summary>Waits until <paramref name="times"/> messages have the field.</summary>
    public Task HasAsync(string field, Func<string> evidence, int times = 1) =>
        Eventually.TrueAsync(
            $"{field} comes {times} times", () => Count(field) >= times, () => string.Join('\n', Messages) + "\n" + evidence());

    /// <summary>Waits for a message that holds <paramref name="text"/>.</summary>
    public Task SaysAsync(string text, Func<string> evidence) =>
        Eventually.TrueAsync(
            $"a message with \"{text}\" comes",
            () => Messages.Any(message => message.Contains(text, StringComparison.Ordinal)),
            () => string.Join('\n', Messages) + "\n" + evidence());

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var length = _socket.Receive(buffer);
                lock (_messages)
                {
                    _messages.Add(Encoding.UTF8.GetString(buffer, 0, length));
                }
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
        catch (ObjectDisposedException)
        {
            // The same, a moment later.
        }
    }
}
