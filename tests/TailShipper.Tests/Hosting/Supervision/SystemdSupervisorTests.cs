using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Shipper.Foundation.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>Messages to a real datagram socket, and to sockets that are missing, full, or cannot be named.</summary>
[Collection(nameof(NotifySocketVariable))]
public sealed class SystemdSupervisorTests : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET";

    private readonly string _path = Path.Join(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");

    public static TheoryData<string> Unusable =>
        ["/", "@", "relative", "vsock:2:1234", "/" + new string('x', 500), "@" + new string('x', 500)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_message_arrives_as_one_datagram_with_its_fields_on_lines(bool isAbstract)
    {
        var name = isAbstract ? "@" + Path.GetFileName(_path) : _path;
        using var listener = Listen(name);
        var supervisor = Supervisor(name)!;
        supervisor.Starting(TimeSpan.FromSeconds(10));
        supervisor.Ready();
        supervisor.Status("2 files, näher");
        supervisor.Alive();
        supervisor.Stopping(TimeSpan.FromSeconds(2.5));
        Assert.Equal("EXTEND_TIMEOUT_USEC=10000000", Receive(listener));
        Assert.Equal("READY=1", Receive(listener));
        Assert.Equal("STATUS=2 files, näher", Receive(listener));
        Assert.Equal("WATCHDOG=1", Receive(listener));
        Assert.Equal("STOPPING=1\nEXTEND_TIMEOUT_USEC=2500000", Receive(listener));
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_name_that_is_none_never_throws(string name)
    {
        var supervisor = Supervisor(name);
        supervisor?.Ready();
        supervisor?.Stopping(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_name_there_is_no_supervisor(string? name) => Assert.Null(Supervisor(name));

    [Fact]
    public void The_variables_are_not_left_to_child_processes()
    {
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", "30000000");
        Environment.SetEnvironmentVariable("WATCHDOG_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(30, Supervisor(_path)?.WatchdogInterval?.TotalSeconds);
        foreach (var variable in new[] { Variable, "WATCHDOG_USEC", "WATCHDOG_PID" })
        {
            Assert.Null(Environment.GetEnvironmentVariable(variable));
        }
    }

    [Fact]
    public void Nobody_there_is_no_error_and_whoever_comes_gets_the_next_message()
    {
        var supervisor = Supervisor(_path)!;
        supervisor.Ready();
        using (Listen(_path))
        {
        }

        supervisor.Ready();
        File.Delete(_path);
        using var again = Listen(_path);
        supervisor.Alive();
        Assert.Equal("WATCHDOG=1", Receive(again));
    }

    [Fact]
    public void Nobody_reading_holds_up_one_message_for_a_moment_and_the_next_ones_not_at_all()
    {
        using var listener = Listen(_path);
        var supervisor = Supervisor(_path, sendLimit: TimeSpan.FromMilliseconds(300))!;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var message = 0; message < 5_000; message++)
        {
            supervisor.Status($"{message} {new string('x', 1000)}");
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 20); // 5,000 times the limit would be 25 minutes
        Assert.StartsWith("STATUS=0 x", Receive(listener), StringComparison.Ordinal);
        while (listener.Available > 0)
        {
            Receive(listener);
        }

        Assert.True(SpinWait.SpinUntil(() => IsSentNow(supervisor, listener), TimeSpan.FromSeconds(30)));
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
        process = process == "SELF" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process;
        Assert.Equal(seconds, SystemdSupervisor.Interval(microseconds, process)?.TotalSeconds);
    }

    [Fact]
    public void A_status_is_one_line_and_said_once_as_long_as_it_stays()
    {
        using var listener = Listen(_path);
        var supervisor = Supervisor(_path)!;
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
        var supervisor = Supervisor(_path)!;
        var before = Uptime();
        supervisor.Reloading();
        var message = Receive(listener).Split('\n');
        Assert.Equal("RELOADING=1", message[0]);
        var microseconds = long.Parse(message[1]["MONOTONIC_USEC=".Length..], CultureInfo.InvariantCulture);
        Assert.InRange(microseconds, (long)(before * 1e6) - 20_000, (long)(Uptime() * 1e6) + 20_000);
    }

    public void Dispose() => File.Delete(_path);

    private static SystemdSupervisor? Supervisor(string? name, TimeSpan? sendLimit = null)
    {
        Environment.SetEnvironmentVariable(Variable, name);
        return sendLimit is null
            ? SystemdSupervisor.FromEnvironment()
            : new SystemdSupervisor(new Microsoft.Extensions.Hosting.Systemd.SystemdNotifier(), null, sendLimit);
    }

    private static bool IsSentNow(SystemdSupervisor supervisor, Socket listener)
    {
        supervisor.Alive();
        while (listener.Available > 0)
        {
            if (Receive(listener) == "WATCHDOG=1")
            {
                return true;
            }
        }

        return false;
    }

    // CLOCK_BOOTTIME, which is CLOCK_MONOTONIC on a machine that never slept.
    private static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);

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

/// <summary>The variable is the whole process's: no other test may run beside those that set it.</summary>
[CollectionDefinition(nameof(NotifySocketVariable), DisableParallelization = true)]
public sealed class NotifySocketVariable;
