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
