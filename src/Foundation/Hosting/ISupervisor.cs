using Shipper.Foundation.Hosting.Systemd;
using Shipper.Foundation.Hosting.Windows;

namespace Shipper.Foundation.Hosting;

/// <summary>
/// Who started the service and looks after it: systemd, the service control manager of Windows, or nobody. Nothing here
/// throws or waits for an answer, and all of it is safe from any thread.
/// </summary>
internal interface ISupervisor
{
    /// <summary>How long it waits between two <see cref="Alive"/> before it ends the process; null when it does not watch.</summary>
    TimeSpan? WatchdogInterval { get; }

    /// <summary>Says what it may ask for besides the signals of the operating system.</summary>
    /// <param name="stop">Begins an orderly stop; returns at once.</param>
    /// <param name="reload">Asks for the configuration to be read again; returns at once.</param>
    void Attach(Action stop, Action reload);

    /// <summary>Still starting; it may take another <paramref name="extension"/>.</summary>
    void Starting(TimeSpan extension);

    /// <summary>Started, or done with a reload.</summary>
    void Ready();

    /// <summary>Reads its configuration again; <see cref="Ready"/> follows, whatever comes of it.</summary>
    void Reloading();

    /// <summary>How it fares, in one line for people.</summary>
    void Status(string line);

    /// <summary>Everything in it turns; see <see cref="Watchdog"/>.</summary>
    void Alive();

    /// <summary>On its way to the end, which may take another <paramref name="extension"/>.</summary>
    void Stopping(TimeSpan extension);
}

/// <summary>For a process that a person started: nobody wants to know.</summary>
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
    /// <summary>Runs <paramref name="body"/> with its supervisor; what it throws goes to the caller.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="body">Gives the exit code.</param>
    public static Task<int> RunAsync(string service, Func<ISupervisor, Task<int>> body) => OperatingSystem.IsWindows()
        ? WindowsService.RunAsync(service, body)
        : body(SystemdSupervisor.FromEnvironment() ?? (ISupervisor)new NoSupervisor());
}
