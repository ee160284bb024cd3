using System.Net.Sockets;
using System.Text;

namespace Shipper.Foundation.Hosting.Systemd;

/// <summary>
/// systemd's notification socket (sd_notify(3)): one datagram a message. Never throws; what cannot be sent is reported as
/// false, and a socket that is full is waited for no longer than a second.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    private const int PatienceMilliseconds = 1000;

    private readonly Lock _lock = new();
    private readonly UnixDomainSocketEndPoint _address;
    private Socket? _socket;

    private NotifySocket(UnixDomainSocketEndPoint address) => _address = address;

    /// <summary>The socket named as in NOTIFY_SOCKET: an absolute path, or <c>@name</c> for one outside the file system; null for anything else.</summary>
    public static NotifySocket? At(string? name)
    {
        if (string.IsNullOrEmpty(name) || name is not ['/' or '@', _, ..])
        {
            return null; // systemd's own client takes vsock: addresses too, which only a virtual machine's first process is given
        }

        try
        {
            return new NotifySocket(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        }
        catch (Exception exception) when (exception is ArgumentException or PlatformNotSupportedException)
        {
            return null; // longer than a socket's name may be
        }
    }

    /// <summary>Sends the fields as one message; false when it did not get through.</summary>
    public bool Send(params ReadOnlySpan<string> fields)
    {
        var message = Encoding.UTF8.GetBytes(string.Join('\n', fields));
        lock (_lock)
        {
            try
            {
                _socket ??= new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = PatienceMilliseconds };
                return _socket.SendTo(message, _address) == message.Length;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or NotSupportedException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _socket?.Dispose();
        }
    }
}
