using System.Diagnostics;
using System.Globalization;

namespace Shipper.Foundation.Hosting.Systemd;

/// <summary>Speaks to systemd as sd_notify(3) says. Signals bring what systemd wants of the service.</summary>
internal sealed class SystemdSupervisor(NotifySocket socket, TimeSpan? watchdogInterval) : ISupervisor, IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";

    private string _status = "";

    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => watchdogInterval;

    /// <summary>From the environment, which is cleared of it so that no child believes itself spoken to; null when systemd does not want to be told.</summary>
    public static SystemdSupervisor? FromEnvironment()
    {
        var socket = NotifySocket.At(Take(SocketVariable));
        var interval = Interval(Take(WatchdogVariable), Take(WatchdogProcessVariable));
        return socket is null ? null : new SystemdSupervisor(socket, interval);
    }

    /// <summary>WATCHDOG_USEC as a time; null when it is absent, malformed, or for another process.</summary>
    /// <param name="microseconds">WATCHDOG_USEC.</param>
    /// <param name="process">WATCHDOG_PID; null when it is absent.</param>
    public static TimeSpan? Interval(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) && interval is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
        && (string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(interval)
            : null;

    /// <inheritdoc/>
    public void Attach(Action stop, Action reload)
    {
    }

    /// <inheritdoc/>
    public void Starting(TimeSpan extension) => socket.Send(Extension(extension));

    /// <inheritdoc/>
    public void Ready() => socket.Send("READY=1");

    /// <inheritdoc/>
    // Both in one message: systemd takes a reload for the one it asked for by the time it carries (CLOCK_MONOTONIC).
    public void Reloading() => socket.Send("RELOADING=1", Invariant($"MONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    /// <inheritdoc/>
    public void Status(string line)
    {
        line = line.ReplaceLineEndings(" "); // a newline would begin another field
        if (Interlocked.Exchange(ref _status, line) != line)
        {
            socket.Send("STATUS=" + line);
        }
    }

    /// <inheritdoc/>
    public void Alive() => socket.Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Stopping(TimeSpan extension) => socket.Send("STOPPING=1", Extension(extension));

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static string Extension(TimeSpan extension) => Invariant($"EXTEND_TIMEOUT_USEC={(long)extension.TotalMicroseconds}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
