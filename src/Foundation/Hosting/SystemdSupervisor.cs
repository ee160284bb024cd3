using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Hosting;

/// <summary>
/// Notifies systemd as sd_notify(3) says, through the package's <see cref="ISystemdNotifier"/>, and adds what the package has no messages
/// for: the watchdog, the status line, RELOADING with its time, EXTEND_TIMEOUT_USEC.
/// </summary>
/// <param name="notifier">Sends a message; it may throw, and block while systemd does not read.</param>
/// <param name="watchdogInterval">How long systemd waits between two messages of the watchdog; null for no watchdog.</param>
/// <param name="sendLimit">How long to wait for a message that cannot be sent; null for a second.</param>
internal sealed class SystemdSupervisor(ISystemdNotifier notifier, TimeSpan? watchdogInterval, TimeSpan? sendLimit = null) : ISupervisor
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";

    private readonly TimeSpan _sendLimit = sendLimit ?? TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private bool _isSending;
    private string _status = "";

    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => watchdogInterval;

    /// <summary>
    /// As the environment says, which is cleared so that no child process sends messages in this one's name; null when systemd did not ask
    /// to be notified.
    /// </summary>
    public static SystemdSupervisor? FromEnvironment()
    {
        var notifier = new SystemdNotifier(); // reads the variable once
        Environment.SetEnvironmentVariable(SocketVariable, null);
        var interval = Interval(Take(WatchdogVariable), Take(WatchdogProcessVariable));
        return notifier.IsEnabled ? new SystemdSupervisor(notifier, interval) : null;
    }

    /// <summary>WATCHDOG_USEC as a time; null when it is absent, malformed, or for another process.</summary>
    /// <param name="microseconds">WATCHDOG_USEC.</param>
    /// <param name="process">WATCHDOG_PID; null when it is absent.</param>
    public static TimeSpan? Interval(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval)
        && interval is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
        && (string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(interval)
            : null;

    /// <inheritdoc/>
    public void Attach(Action stop, Action reload)
    {
        // systemd asks by signals.
    }

    /// <inheritdoc/>
    public void Starting(TimeSpan extension) => Send(Extend(extension));

    /// <inheritdoc/>
    public void Ready() => Send("READY=1");

    /// <inheritdoc/>
    // Both in one message: by the time (CLOCK_MONOTONIC) systemd knows that this is the reload that it asked for.
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={Number(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000))}");

    /// <inheritdoc/>
    public void Status(string line)
    {
        line = VisibleText.Of(line.ReplaceLineEndings(" ")); // a newline would begin another field
        if (Interlocked.Exchange(ref _status, line) != line)
        {
            Send("STATUS=" + line);
        }
    }

    /// <inheritdoc/>
    public void Alive() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Stopping(TimeSpan extension) => Send("STOPPING=1\n" + Extend(extension));

    private static string Extend(TimeSpan extension) => $"EXTEND_TIMEOUT_USEC={Number((long)extension.TotalMicroseconds)}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    /// <summary>
    /// Sends one message; one that cannot be sent is dropped. The package's socket blocks while the receiver's queue is full, so a thread
    /// of
    /// its own sends the message, and further ones are dropped until it got through.
    /// </summary>
    private void Send(string message)
    {
        lock (_lock)
        {
            if (!Volatile.Read(ref _isSending))
            {
                Volatile.Write(ref _isSending, true);
                var thread = new Thread(() => Notify(message)) { IsBackground = true, Name = "notify systemd" };
                thread.Start();
                thread.Join(_sendLimit);
            }
        }
    }

    private void Notify(string message)
    {
        try
        {
            notifier.Notify(new ServiceState(message));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or NotSupportedException)
        {
            // Nobody is there, or NOTIFY_SOCKET names no socket.
        }
        finally
        {
            Volatile.Write(ref _isSending, false);
        }
    }
}
