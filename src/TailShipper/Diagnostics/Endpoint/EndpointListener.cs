using System.Net;
using System.Net.Sockets;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>Opens the sockets that the endpoint listens at.</summary>
internal static class EndpointListener
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const int Backlog = 512; // a burst of connections is taken one by one

    /// <summary>A Unix socket with mode 0660; one that a crash left behind goes.</summary>
    /// <exception cref="SocketException">It cannot be had.</exception>
    /// <exception cref="IOException">Something else is there, or answers there.</exception>
    public static Socket AtPath(string path)
    {
        if (SocketPath.Problem(path) is { } problem)
        {
            throw new IOException($"the path {problem}");
        }

        using var account = DirectoryAccount.Enter(Path.GetDirectoryName(Path.GetFullPath(path))!);
        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerAndGroup); // nobody can connect before it listens
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A TCP socket.</summary>
    /// <exception cref="SocketException">It cannot be had.</exception>
    public static Socket AtUrl(Uri url)
    {
        var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, url.Port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused
            && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another process answers there");
    }
}
