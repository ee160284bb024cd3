using System.Net.Sockets;
using System.Text;
using Shipper.Foundation.Hosting.Systemd;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>Messages to a real datagram socket, and to sockets that are not there, full or unspeakable.</summary>
public sealed class NotifySocketTests : IDisposable
{
    private readonly string _path = Path.Join(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");

    public static TheoryData<string?> Unusable => [null!, "", "/", "@", "relative", "vsock:2:1234", "/" + new string('x', 500), "/a\0b"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_fields_arrive_as_one_message_joined_with_newlines(bool isAbstract)
    {
        var name = isAbstract ? "@" + Path.GetFileName(_path) : _path;
        using var listener = Listen(name);
        using var socket = NotifySocket.At(name)!;
        Assert.True(socket.Send("RELOADING=1", "MONOTONIC_USEC=12"));
        Assert.True(socket.Send("STATUS=2 files, näher"));
        Assert.Equal("RELOADING=1\nMONOTONIC_USEC=12", Receive(listener));
        Assert.Equal("STATUS=2 files, näher", Receive(listener));
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_name_that_is_none_never_throws(string? name)
    {
        using var socket = NotifySocket.At(name);
        Assert.False(socket?.Send("READY=1") ?? false);
    }

    [Fact]
    public void Nobody_there_or_nobody_reading_is_no_fault_and_does_not_wait_for_long()
    {
        using var socket = NotifySocket.At(_path)!;
        Assert.False(socket.Send("READY=1"));
        using (Listen(_path))
        {
            var sent = 0;
            while (sent < 100_000 && socket.Send("STATUS=" + new string('x', 1000)))
            {
                sent++;
            }

            Assert.InRange(sent, 1, 99_999);
        }

        Assert.False(socket.Send("READY=1"));
        File.Delete(_path);
        using var again = Listen(_path);
        Assert.True(socket.Send("READY=1"));
        Assert.Equal("READY=1", Receive(again));
        socket.Dispose();
        Assert.False(socket.Send("READY=1"));
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("500000", "SELF", 0.5)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    [InlineData("18446744073709551615", null, null)]
    public void The_watchdogs_interval_is_ours_or_none(string? microseconds, string? process, double? seconds)
    {
        process = process == "SELF" ? Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture) : process;
        Assert.Equal(seconds, SystemdSupervisor.Interval(microseconds, process)?.TotalSeconds);
    }

    [Fact]
    public void A_status_is_one_line_and_said_once_as_long_as_it_stays()
    {
        using var listener = Listen(_path);
        using var supervisor = new SystemdSupervisor(NotifySocket.At(_path)!, null);
        supervisor.Status("two\nlines");
        supervisor.Status("two\nlines");
        supervisor.Status("READY=1\nother");
        Assert.Equal("STATUS=two lines", Receive(listener));
        Assert.Equal("STATUS=READY=1 other", Receive(listener));
    }

    [Fact]
    public void A_reload_carries_the_monotonic_clock_in_microseconds()
    {
        using var listener = Listen(_path);
        using var supervisor = new SystemdSupervisor(NotifySocket.At(_path)!, null);
        var before = Uptime();
        supervisor.Reloading();
        var message = Receive(listener).Split('\n');
        Assert.Equal("RELOADING=1", message[0]);
        var microseconds = long.Parse(message[1]["MONOTONIC_USEC=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(microseconds, (long)(before * 1e6) - 20_000, (long)(Uptime() * 1e6) + 20_000);
    }

    public void Dispose() => File.Delete(_path);

    // CLOCK_BOOTTIME, which is CLOCK_MONOTONIC on a machine that never slept.
    private static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        socket.ReceiveTimeout = 30_000;
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
