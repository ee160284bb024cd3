namespace Shipper.Foundation.Hosting;

/// <summary>
/// What started the service and supervises it: systemd, the service control manager of Windows, or nothing. No method throws or waits for
/// an answer, and all are safe from any thread.
/// </summary>
internal interface ISupervisor
{
    /// <summary>The longest time between two <see cref="Alive"/> before the supervisor ends the process; null for no watchdog.</summary>
    TimeSpan? WatchdogInterval { get; }

    /// <summary>Sets what the supervisor may ask for, in addition to signals.</summary>
    /// <param name="stop">Begins an orderly stop; returns at once.</param>
    /// <param name="reload">Requests a reload of the configuration; returns at once.</param>
    void Attach(Action stop, Action reload);

    /// <summary>The start is in progress and may take another <paramref name="extension"/>.</summary>
    void Starting(TimeSpan extension);

    /// <summary>The start, or a reload, is complete.</summary>
    void Ready();

    /// <summary>A reload of the configuration begins; <see cref="Ready"/> follows, whether it succeeds or not.</summary>
    void Reloading();

    /// <summary>Sets the status, one line for people.</summary>
    void Status(string line);

    /// <summary>Every loop makes progress; see <see cref="Watchdog"/>.</summary>
    void Alive();

    /// <summary>The stop is in progress and may take another <paramref name="extension"/>.</summary>
    void Stopping(TimeSpan extension);
}

/// <summary>For a process that a person started: nothing is reported to anyone.</summary>
internal sealed class NoSupervisor : ISupervisor
{
    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => null;

    /// <inheritdoc/>
    public void Attach(Action stop, Action reload)
    {
    }

    /// <inheritdoc/>
    public void Starting(TimeSpan extension)
    {
    }

    /// <inheritdoc/>
    public void Ready()
    {
    }

    /// <inheritdoc/>
    public void Reloading()
    {
    }

    /// <inheritdoc/>
    public void Status(string line)
    {
    }

    /// <inheritdoc/>
    public void Alive()
    {
    }

    /// <inheritdoc/>
    public void Stopping(TimeSpan extension)
    {
    }
}

/// <summary>Finds out what started the process, and runs it under that.</summary>
internal static class Supervision
{
    /// <summary>Runs <paramref name="body"/> with its supervisor; what it throws is thrown to the caller.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="body">Returns the exit code.</param>
    public static Task<int> RunAsync(string service, Func<ISupervisor, Task<int>> body) => OperatingSystem.IsWindows()
        ? WindowsService.RunAsync(service, body)
        : body(SystemdSupervisor.FromEnvironment() ?? (ISupervisor)new NoSupervisor());
}
