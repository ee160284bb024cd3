using System.Buffers.Binary;
using System.Net.Sockets;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// One TCP connection of the pool. The kernel ends it when the other end stays silent for <see cref="DeadAfter"/>, and it knows how much
/// of what was written the other end has acknowledged: what was never acknowledged did not arrive.
/// </summary>
internal sealed class ServiceConnection : NetworkStream
{
    /// <summary>
    /// So long may sent bytes stay unacknowledged, and so long may the other end not answer the kernel's probes, until the connection
    /// ends with an error. Four retransmissions fit: a shorter time would end connections on a lossy link.
    /// </summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(6);

    // Probes begin after 3 s without bytes: while an answer is waited for, DeadAfter decides from then on.
    private const int ProbeAfterSeconds = 3;
    private const int ProbeIntervalSeconds = 1;

    private readonly Socket _socket;
    private readonly ConnectionTrust _trust;
    private TcpProgress? _atEnd;
    private bool _ended;

    private ServiceConnection(Socket socket, ConnectionTrust trust)
        : base(socket, ownsSocket: true) => (_socket, _trust) = (socket, trust);

    /// <summary>The place of the last call among all calls; 0 before the first.</summary>
    public long LastCall { get; private set; }

    /// <summary>What the kernel knows of the bytes that were written; at the end, if it has ended. Null where it does not tell.</summary>
    public TcpProgress? Progress => _ended ? _atEnd : TcpProgress.Of(_socket);

    /// <summary>Connects; for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="trust">What is known of the pool's connections.</param>
    /// <param name="deadAfter">Usually <see cref="DeadAfter"/>.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, ConnectionTrust trust, TimeSpan deadAfter, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            NoticeDeath(socket, deadAfter);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new ServiceConnection(socket, trust);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (CallConnection.Writing is { } call && call.Connection != this)
        {
            if (LastCall > 0 && !_trust.Trusts(LastCall))
            {
                call.Refuse(this);
                return ValueTask.FromException(new IOException("the connection was idle, and another one of that time is dead"));
            }

            call.Attach(this, isReused: LastCall > 0);
            LastCall = _trust.NextCall();
        }

        return base.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>Distrusts every connection that was used last before this one's last call.</summary>
    public void IsDead() => _trust.Distrust(before: LastCall);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _atEnd = TcpProgress.Of(_socket);
            _ended = true;
            if (_atEnd is { IsAllAcknowledged: false })
            {
                // Otherwise the kernel continues to send what the caller has given up, and will send again.
                Abort();
            }
        }

        base.Dispose(disposing);
    }

    private static void NoticeDeath(Socket socket, TimeSpan deadAfter)
    {
        TcpOptions.Probe(
            socket, TimeSpan.FromSeconds(ProbeAfterSeconds), TimeSpan.FromSeconds(ProbeIntervalSeconds),
            count: Math.Max(1, ((int)deadAfter.TotalSeconds - ProbeAfterSeconds) / ProbeIntervalSeconds));
        if (OperatingSystem.IsLinux())
        {
            TcpOptions.Set(socket, TcpOptions.UserTimeout, (int)deadAfter.TotalMilliseconds);
        }
        else if (OperatingSystem.IsWindows())
        {
            TcpOptions.Set(socket, TcpOptions.MaxRetransmissionTime, (int)Math.Ceiling(deadAfter.TotalSeconds));
        }
    }

    private void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}

/// <summary>How much of what was written to a connection the other end has acknowledged (tcp(7), TCP_INFO).</summary>
/// <param name="Acknowledged">Bytes acknowledged since the connection began; 1 for an opening without data.</param>
/// <param name="IsAllAcknowledged">False while written bytes are not sent or not acknowledged.</param>
/// <param name="Retransmissions">How often in a row the same bytes were sent again without an acknowledgement.</param>
internal readonly record struct TcpProgress(ulong Acknowledged, bool IsAllAcknowledged, int Retransmissions)
{
    // Offsets in struct tcp_info of linux/tcp.h, which only ever grows at its end.
    private const int Retransmits = 2;
    private const int Unacknowledged = 24;
    private const int BytesAcknowledged = 120;
    private const int NotSentBytes = 144;
    private const int Needed = 148;

    /// <summary>Asks the kernel; null on other systems, before Linux 4.6, and for a closed socket.</summary>
    public static TcpProgress? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> info = stackalloc byte[Needed];
        try
        {
            return socket.GetRawSocketOption(TcpOptions.Level, TcpOptions.Info, info) < Needed
                ? null
                : new TcpProgress(
                    BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAcknowledged..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(info[Unacknowledged..]) == 0
                        && BinaryPrimitives.ReadUInt32LittleEndian(info[NotSentBytes..]) == 0,
                    info[Retransmits]);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}

/// <summary>Options of TCP that the framework has no name for.</summary>
internal static class TcpOptions
{
    /// <summary>IPPROTO_TCP.</summary>
    public const int Level = 6;

    /// <summary>TCP_INFO of Linux.</summary>
    public const int Info = 11;

    /// <summary>TCP_USER_TIMEOUT of Linux, in milliseconds (tcp(7)).</summary>
    public const int UserTimeout = 18;

    /// <summary>TCP_MAXRT of Windows, in seconds (IPPROTO_TCP socket options).</summary>
    public const int MaxRetransmissionTime = 5;

    /// <summary>Sets an option where the system has it.</summary>
    public static void Set(Socket socket, int option, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        try
        {
            socket.SetRawSocketOption(Level, option, bytes);
        }
        catch (SocketException)
        {
            // An older system: keepalive and the call's timeout remain.
        }
    }

    /// <summary>Lets the kernel probe an idle connection, as far as the system can.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="after">So long without bytes until the first probe; whole seconds.</param>
    /// <param name="interval">Between two probes; whole seconds.</param>
    /// <param name="count">So many without an answer end the connection.</param>
    public static void Probe(Socket socket, TimeSpan after, TimeSpan interval, int count)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)after.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)interval.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, count);
        }
        catch (SocketException)
        {
            // Windows before 10 version 1709 (Server 2016) has one call for all of it, with ten probes.
            ProbeByControl(socket, after, interval);
        }
    }

    private static void ProbeByControl(Socket socket, TimeSpan after, TimeSpan interval)
    {
        if (!OperatingSystem.IsWindows())
        {
            return;
        }

        // struct tcp_keepalive of mstcpip.h: on or off, then two times in ms.
        var values = new byte[3 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(values, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(values.AsSpan(sizeof(uint)), (uint)after.TotalMilliseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(values.AsSpan(2 * sizeof(uint)), (uint)interval.TotalMilliseconds);
        try
        {
            socket.IOControl(IOControlCode.KeepAliveValues, values, null);
        }
        catch (SocketException)
        {
            // The call's timeout remains.
        }
    }
}
