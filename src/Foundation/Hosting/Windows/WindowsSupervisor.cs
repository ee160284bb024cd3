namespace Shipper.Foundation.Hosting.Windows;

/// <summary>
/// The service's side of the talk with the service control manager: which state it is in, what it accepts, and what it does
/// about a control. Nothing here needs Windows.
/// </summary>
/// <param name="report">Tells the manager; called in order, never at once from two threads.</param>
/// <param name="queue">Does a piece of work soon, elsewhere: a control must be answered at once.</param>
internal sealed class WindowsSupervisor(Action<ServiceStatus> report, Action<Action> queue) : ISupervisor
{
    /// <summary>SERVICE_CONTROL_STOP.</summary>
    public const uint ControlStop = 1;

    /// <summary>SERVICE_CONTROL_INTERROGATE.</summary>
    public const uint ControlInterrogate = 4;

    /// <summary>SERVICE_CONTROL_SHUTDOWN.</summary>
    public const uint ControlShutdown = 5;

    /// <summary>SERVICE_CONTROL_PARAMCHANGE.</summary>
    public const uint ControlParameterChange = 6;

    /// <summary>SERVICE_CONTROL_PRESHUTDOWN.</summary>
    public const uint ControlPreshutdown = 15;

    /// <summary>NO_ERROR.</summary>
    public const uint Done = 0;

    /// <summary>ERROR_CALL_NOT_IMPLEMENTED.</summary>
    public const uint NotImplemented = 120;

    /// <summary>ERROR_SERVICE_SPECIFIC_ERROR.</summary>
    public const uint SpecificError = 1066;

    /// <summary>SERVICE_ACCEPT_STOP, _SHUTDOWN, _PARAMCHANGE and _PRESHUTDOWN.</summary>
    public const uint AcceptedWhileRunning = 0x1 | 0x4 | 0x8 | 0x100;

    private static readonly TimeSpan FirstHint = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private ServiceStatus _status;
    private Action? _stop;
    private Action? _reload;
    private bool _isAskedToStop;

    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => null;

    /// <summary>The service's main function was called: a start is pending.</summary>
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
    public void Starting(TimeSpan extension) => Pend(ServiceState.StartPending, extension, from: ServiceState.Unknown);

    /// <inheritdoc/>
    public void Ready()
    {
        lock (_lock)
        {
            if (_status.State == ServiceState.StartPending)
            {
                Tell(new ServiceStatus(ServiceState.Running, AcceptedWhileRunning, 0, 0, 0, 0));
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
    public void Stopping(TimeSpan extension) => Pend(ServiceState.StopPending, extension, from: ServiceState.Running);

    /// <summary>Answers a control of the manager, at once.</summary>
    /// <returns><see cref="Done"/> or <see cref="NotImplemented"/>.</returns>
    public uint Control(uint control)
    {
        switch (control)
        {
            case ControlStop or ControlShutdown or ControlPreshutdown:
                lock (_lock)
                {
                    if (_status.State is not (ServiceState.Unknown or ServiceState.Stopped) && !_isAskedToStop)
                    {
                        _isAskedToStop = true;
                        Stopping(FirstHint);
                        Queue(_stop);
                    }
                }

                return Done;
            case ControlParameterChange:
                lock (_lock)
                {
                    Queue(_reload);
                }

                return Done;
            case ControlInterrogate:
                lock (_lock)
                {
                    report(_status);
                }

                return Done;
            default:
                return NotImplemented;
        }
    }

    /// <summary>The service has ended. With any other code than 0 the manager's recovery actions apply.</summary>
    public void Ended(int exitCode)
    {
        lock (_lock)
        {
            if (_status.State != ServiceState.Stopped)
            {
                Tell(new ServiceStatus(ServiceState.Stopped, 0, exitCode == 0 ? 0 : SpecificError, (uint)exitCode, 0, 0));
            }
        }
    }

    private void Pend(ServiceState state, TimeSpan extension, ServiceState from)
    {
        lock (_lock)
        {
            var begins = _status.State == from || (state == ServiceState.StopPending && _status.State == ServiceState.StartPending);
            if (begins || _status.State == state)
            {
                Tell(new ServiceStatus(state, 0, 0, 0, begins ? 1 : _status.Checkpoint + 1, (uint)extension.TotalMilliseconds));
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

    private void Tell(ServiceStatus status)
    {
        _status = status;
        report(status);
    }
}
