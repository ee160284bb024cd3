using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Shipper.Foundation.Hosting.Windows;

/// <summary>Runs the process as a Windows service when the service control manager started it, and as what it is when a person did.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsService : IDisposable
{
    private static readonly TimeSpan DispatcherEnds = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly ManualResetEventSlim _ended = new();
    private readonly TaskCompletionSource<bool> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WindowsSupervisor _supervisor;
    private readonly Thread _dispatcher;

    // Fields, so that the collector leaves them alone as long as Windows may call them.
    private readonly ServiceControl.MainFunction _main;
    private readonly ServiceControl.Handler _handler;
    private nint _service;

    private WindowsService(string name)
    {
        _name = name;
        _supervisor = new WindowsSupervisor(Report, work => ThreadPool.QueueUserWorkItem(_ => work()));
        _main = (_, _) => Main();
        _handler = (control, _, _, _) => _supervisor.Control(control);
        _dispatcher = new Thread(Dispatch) { IsBackground = true, Name = "service dispatcher" };
    }

    /// <summary>Runs <paramref name="body"/>; what it throws is logged as an event, told to the manager as an exit code, and goes on to the caller.</summary>
    public static async Task<int> RunAsync(string name, Func<ISupervisor, Task<int>> body)
    {
        using var service = new WindowsService(name);
        service._dispatcher.Start();
        if (!await service._connected.Task)
        {
            return await body(new NoSupervisor());
        }

        var code = ExitCodes.Fault;
        try
        {
            code = await body(service._supervisor);
            return code;
        }
        catch (Exception exception)
        {
            code = GuardedRun.CodeOf(exception);
            ServiceControl.LogError(name, GuardedRun.Describe(exception));
            throw;
        }
        finally
        {
            service.End(code);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();

    private unsafe void Dispatch()
    {
        var name = Marshal.StringToHGlobalUni(_name);
        var table = stackalloc ServiceControl.TableEntry[2];
        table[0] = new ServiceControl.TableEntry { Name = name, Main = Marshal.GetFunctionPointerForDelegate(_main) };
        table[1] = default;
        if (ServiceControl.Dispatch(table))
        {
            _connected.TrySetResult(true);
        }
        else if (Marshal.GetLastPInvokeError() is ServiceControl.NoManager)
        {
            _connected.TrySetResult(false);
        }
        else
        {
            _connected.TrySetException(new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        Marshal.FreeHGlobal(name);
    }

    // The manager's own thread: the service counts as ended when it returns.
    private void Main()
    {
        _service = ServiceControl.Register(_name, Marshal.GetFunctionPointerForDelegate(_handler), 0);
        if (_service == 0)
        {
            _connected.TrySetException(new Win32Exception(Marshal.GetLastPInvokeError()));
            return;
        }

        _supervisor.Begin();
        _connected.TrySetResult(true);
        _ended.Wait();
    }

    private void End(int code)
    {
        _supervisor.Ended(code);
        _ended.Set();
        _dispatcher.Join(DispatcherEnds);
    }

    private void Report(ServiceStatus status) => ServiceControl.SetStatus(_service, new ServiceControl.Status
    {
        Type = ServiceControl.OwnProcess,
        State = (uint)status.State,
        Accepted = status.Accepted,
        ExitCode = status.ExitCode,
        SpecificExitCode = status.SpecificExitCode,
        Checkpoint = status.Checkpoint,
        WaitHint = status.WaitHintMilliseconds,
    });
}
