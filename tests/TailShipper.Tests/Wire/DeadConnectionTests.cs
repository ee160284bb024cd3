using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>Connections that something on the way has forgotten: no end, no reset, no acknowledgement.</summary>
public sealed class DeadConnectionTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_on_a_forgotten_connection_is_made_again_on_a_new_one_and_arrives_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells what was acknowledged");
        var clock = new FakeTimeProvider();
        var seen = new List<ScriptedRequest>();
        await using var server = Accepting(seen);
        await using var relay = new SwallowingRelay(server.Url.Port);
        await using var wire = new Wire(relay.Url, time: clock);
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);

        relay.Swallow();
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await PassAsync(clock, call);
        Assert.Equal(200, (await call).Status);
        Assert.Equal((2, 2), (seen.Count, relay.Connections));
    }

    [Fact]
    public async Task Of_several_forgotten_connections_one_is_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells what was acknowledged");
        var clock = new FakeTimeProvider();
        var together = new SemaphoreSlim(0);
        var seen = new ConcurrentQueue<ScriptedRequest>();
        await using var server = ScriptedServer.Answering(async (connection, request) =>
        {
            seen.Enqueue(request);
            if (seen.Count <= 4)
            {
                await together.WaitAsync();
            }

            await connection.AnswerAsync("200 OK", Wire.Accepted(1));
        });
        await using var relay = new SwallowingRelay(server.Url.Port);
        await using var wire = new Wire(relay.Url, time: clock);
        var first = Enumerable.Range(0, 4).Select(_ => wire.Client.PutAsync(StubBody.Of(1), Ending)).ToList();
        while (seen.Count < 4)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Ending);
        }

        together.Release(4);
        Assert.All(await Task.WhenAll(first), answer => Assert.Equal(200, answer.Status));

        relay.Swallow();
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await PassAsync(clock, call);
        Assert.Equal(200, (await call).Status);
        Assert.Equal((5, 5), (seen.Count, relay.Connections));
    }

    [Fact]
    public async Task A_new_connection_that_dies_before_a_byte_is_acknowledged_is_no_connection()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells what was acknowledged");
        await using var server = Accepting([]);
        await using var relay = new SwallowingRelay(server.Url.Port, fromTheStart: true);
        await using var wire = new Wire(relay.Url, handler: HttpTransport.CreateHandler(deadAfter: TimeSpan.FromMilliseconds(500)));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal((0, TransportFailure.NotConnected), (answer.Status, answer.Failure));
        Assert.Contains("not a byte of the call was acknowledged", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_dies_in_the_middle_of_a_body_leaves_the_batch_in_doubt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "packets are swallowed by a socket filter");
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.DrainAsync(20_000);
            connection.Swallow();
        });
        await using var wire = new Wire(server.Url, handler: HttpTransport.CreateHandler(deadAfter: TimeSpan.FromMilliseconds(500)));
        var answer = await wire.Client.PutAsync(StubBody.Of(4, 8_000_000), Ending);
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Fact]
    public async Task A_service_that_takes_its_time_on_a_used_connection_is_called_once()
    {
        var clock = new FakeTimeProvider();
        var read = new SemaphoreSlim(0);
        var go = new TaskCompletionSource();
        var requests = 0;
        await using var wire = new Wire(
            ScriptedServer.Answering(async (connection, _) =>
            {
                if (++requests > 1)
                {
                    read.Release();
                    await go.Task;
                }

                await connection.AnswerAsync("200 OK", Wire.Accepted(1));
            }),
            time: clock);
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await read.WaitAsync(Ending);
        clock.Advance(10 * HttpTransport.StaleAfter);
        go.SetResult();
        Assert.Equal(200, (await call).Status);
        Assert.Equal(2, requests);
    }

    [Fact]
    public async Task An_idle_connection_is_not_kept_for_long()
    {
        // What is between here and the service forgets idle connections after minutes at best. The end of the connection is waited for.
        var ended = new TaskCompletionSource();
        await using var wire = new Wire(new ScriptedServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.AnswerAsync("200 OK", Wire.Accepted(1));
            }

            ended.TrySetResult();
        }));
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);
        await ended.Task.WaitAsync(Ending);
        Assert.InRange(HttpTransport.ConnectionIdle, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task The_kernel_watches_every_connection()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "options of Linux");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var handler = HttpTransport.CreateHandler();
        using var invoker = new HttpMessageInvoker(handler);
        Socket? made = null;
        var connect = handler.ConnectCallback!;
        handler.ConnectCallback = async (context, cancellation) =>
        {
            var stream = (NetworkStream)await connect(context, cancellation);
            made = stream.Socket;
            return stream;
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var call = invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/"), stop.Token);
        using var accepted = await listener.AcceptSocketAsync(Ending);
        await accepted.ReceiveAsync(new byte[1], Ending);
        var value = new byte[4];
        made!.GetRawSocketOption(TcpOptions.Level, TcpOptions.UserTimeout, value);
        Assert.Equal(ServiceConnection.DeadAfter, TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32LittleEndian(value)));
        Assert.NotEqual(0, made.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(3, made.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(SocketError.TimedOut, true)]
    [InlineData(SocketError.NetworkUnreachable, true)]
    [InlineData(SocketError.ConnectionReset, false)]
    [InlineData(SocketError.ConnectionAborted, false)]
    public void A_reset_is_no_silence(SocketError error, bool isSilence) => Assert.Equal(
        isSilence, TransportErrors.IsSilence(new HttpRequestException("", new IOException("", new SocketException((int)error)))));

    /// <summary>Lets the clock run while the kernel, which has a clock of its own, tries again and again.</summary>
    private static async Task PassAsync(FakeTimeProvider clock, Task call)
    {
        while (!call.IsCompleted)
        {
            clock.Advance(HttpTransport.StaleAfter / 2);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ending);
        }
    }

    private static ScriptedServer Accepting(List<ScriptedRequest> seen) =>
        ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(1)), seen);
}

/// <summary>
/// A relay on loopback whose connections can lose the network: packets that arrive are dropped by a socket filter before TCP sees them, so
/// that nothing is acknowledged, reset or ended. Linux only.
/// </summary>
internal sealed class SwallowingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Socket> _clients = [];
    private readonly ConcurrentQueue<Socket> _servers = [];
    private readonly int _port;
    private readonly Task _accepting;
    private readonly bool _swallows;

    /// <param name="port">The server's.</param>
    /// <param name="fromTheStart">Connections are made, and then nothing more arrives.</param>
    public SwallowingRelay(int port, bool fromTheStart = false)
    {
        _port = port;
        _swallows = fromTheStart;
        _listener.Start();
        if (fromTheStart)
        {
            PacketFilter.DropAll(_listener.Server, handshakes: false);
        }

        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Connections => _clients.Count;

    /// <summary>Forgets the connections that there are; later ones work.</summary>
    public void Swallow()
    {
        foreach (var client in _clients)
        {
            PacketFilter.DropAll(client);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        foreach (var socket in _clients.Concat(_servers))
        {
            socket.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                _clients.Enqueue(client);
                if (!_swallows)
                {
                    var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    _servers.Enqueue(server);
                    await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                    _ = CopyAsync(client, server);
                    _ = CopyAsync(server, client);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[65536];
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One end went away.
        }
    }
}

/// <summary>Attaches a classic BPF program to a socket (socket(7), SO_ATTACH_FILTER).</summary>
internal static class PacketFilter
{
    private const int SolSocket = 1;
    private const int SoAttachFilter = 26;

    /// <summary>From now on the socket's TCP gets no packet any more.</summary>
    /// <param name="socket">The socket; what it accepts later inherits the program.</param>
    /// <param name="handshakes">False to let packets without data pass.</param>
    public static unsafe void DropAll(Socket socket, bool handshakes = true)
    {
        // A program sees the TCP header and what follows. Instructions: code, jump if true, jump if false, value.
        ReadOnlySpan<ulong> program = handshakes
            ? [Instruction(0x06, 0, 0, 0)] // return 0: drop
            :
            [
                Instruction(0x80, 0, 0, 0), // A = length of the packet
                Instruction(0x35, 0, 1, 61), // more than the longest header?
                Instruction(0x06, 0, 0, 0), // drop
                Instruction(0x06, 0, 0, uint.MaxValue), // pass
            ];
        fixed (ulong* instructions = program)
        {
            Span<byte> header = stackalloc byte[16];
            header.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)program.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)instructions);
            socket.SetRawSocketOption(SolSocket, SoAttachFilter, header);
        }
    }

    private static ulong Instruction(ushort code, byte ifTrue, byte ifFalse, uint value) =>
        code | ((ulong)ifTrue << 16) | ((ulong)ifFalse << 24) | ((ulong)value << 32);
}
