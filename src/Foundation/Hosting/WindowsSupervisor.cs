namespace Shipper.Foundation.Hosting;

/// <summary>The states of a Windows service that this one passes through, in this order; it may skip some.</summary>
internal enum WindowsServiceState
{
    /// <summary>Nothing was reported yet.</summary>
    Unknown,

    /// <summary>SERVICE_START_PENDING.</summary>
    StartPending,

    /// <summary>SERVICE_RUNNING.</summary>
    Running,

    /// <summary>SERVICE_STOP_PENDING.</summary>
    StopPending,

    /// <summary>SERVICE_STOPPED.</summary>
    Stopped,
}

/// <summary>One report to the service control manager.</summary>
/// <param name="State">The state.</param>
/// <param name="WaitHint">When to expect the next report, while a start or stop is pending.</param>
/// <param name="ExitCode">The exit code of the process, when it has stopped.</param>
internal readonly record struct WindowsServiceReport(WindowsServiceState State, TimeSpan WaitHint = default, int ExitCode = 0);

/// <summary>
/// Decides what the service control manager is told and what is done about a control. Nothing here needs Windows;
/// <see cref="WindowsService"/> carries it out.
/// </summary>
/// <param name="report">Takes each report, in order and one at a time.</param>
/// <param name="queue">Runs work later on another thread: a control must be answered at once.</param>
internal sealed class WindowsSupervisor(Action<WindowsServiceReport> report, Action<Action> queue) : ISupervisor
{
    /// <summary>SERVICE_CONTROL_STOP.</summary>
    public const int ControlStop = 1;

    /// <summary>SERVICE_CONTROL_SHUTDOWN.</summary>
    public const int ControlShutdown = 5;

    /// <summary>SERVICE_CONTROL_PARAMCHANGE.</summary>
    public const int ControlParameterChange = 6;

    /// <summary>SERVICE_CONTROL_PRESHUTDOWN.</summary>
    public const int ControlPreshutdown = 15;

    private static readonly TimeSpan FirstHint = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private WindowsServiceState _state;
    private Action? _stop;
    private Action? _reload;
    private bool _isAskedToStop;

    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => null;

    /// <summary>The manager has started the service.</summary>
    public void Begin() => Starting(FirstHint);

    /// <inheritdoc/>
    public void Attach(Action stop, Action reload)
    {
        lock (_lock)
        {
            (_stop, _reload) = (stop, reload);
            if (_isAskedToStop)
            {
                queue(stop);
            }
        }
    }

    /// <inheritdoc/>
    public void Starting(TimeSpan extension) => ReportPending(WindowsServiceState.StartPending, extension);

    /// <inheritdoc/>
    public void Ready()
    {
        lock (_lock)
        {
            if (_state == WindowsServiceState.StartPending)
            {
                Report(new WindowsServiceReport(WindowsServiceState.Running));
            }
        }
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
    public void Stopping(TimeSpan extension) => ReportPending(WindowsServiceState.StopPending, extension);

    /// <summary>Answers a control of the manager, at once. What the service does not know changes nothing.</summary>
    public void Control(int control)
    {
        lock (_lock)
        {
            if (control is ControlStop or ControlShutdown or ControlPreshutdown)
            {
                if (_state is not (WindowsServiceState.Unknown or WindowsServiceState.Stopped) && !_isAskedToStop)
                {
                    _isAskedToStop = true;
                    Stopping(FirstHint);
                    Queue(_stop);
                }
            }
            else if (control == ControlParameterChange)
            {
                Queue(_reload);
            }
        }
    }

    /// <summary>The service has ended. With any other code than 0 the manager's recovery actions apply.</summary>
    public void Ended(int exitCode)
    {
        lock (_lock)
        {
            if (_state != WindowsServiceState.Stopped)
            {
                Report(new WindowsServiceReport(WindowsServiceState.Stopped, default, exitCode));
            }
        }
    }

    private void ReportPending(WindowsServiceState state, TimeSpan hint)
    {
        lock (_lock)
        {
            // A start is pending only before anything else is; a stop not before the start was.
            if (state == WindowsServiceState.StartPending
                ? _state <= state
                : _state is > WindowsServiceState.Unknown and <= WindowsServiceState.StopPending)
            {
                Report(new WindowsServiceReport(state, hint));
            }
        }
    }

    private void Queue(Action? work)
    {
        if (work is not null)
        {
            queue(work);
        }
    }

    private void Report(WindowsServiceReport next)
    {
        _state = next.State;
        report(next);
    }
}
