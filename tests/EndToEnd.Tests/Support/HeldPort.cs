using System.Net;
using System.Net.Sockets;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>
/// A loopback port that the system chose, held by a socket that is bound and never listens. The system gives it to nobody else, while a
/// process that is told its number can listen there, and again after a crash. Until one does, connections are refused.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HeldPort()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => $"http://127.0.0.1:{Number}";

    public void Dispose() => _socket.Dispose();
}
