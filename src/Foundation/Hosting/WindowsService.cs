using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Shipper.Foundation.Hosting;

/// <summary>
/// The process as a Windows service: the package's lifetime, and what it lacks. It is RUNNING only once the service is ready, also takes
/// PARAMCHANGE and PRESHUTDOWN, reports checkpoints while it starts and stops, and ends with a service-specific exit code.
/// <see cref="WindowsSupervisor"/> decides what to report; this class carries it out.
/// </summary>
/// <remarks>
/// It is the lifetime of a host of its own around the whole process, so that a configuration error has an exit code, too.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsService : WindowsServiceLifetime, IHostLifetime
{
    private const int AcceptParameterChange = 0x8; // SERVICE_ACCEPT_PARAMCHANGE
    private const int AcceptPreshutdown = 0x100; // SERVICE_ACCEPT_PRESHUTDOWN

    private static readonly TimeSpan StopReportLimit = TimeSpan.FromSeconds(10);

    private readonly ManualResetEventSlim _ready = new();
    private readonly ManualResetEventSlim _never = new();
    private readonly TaskCompletionSource _stopReported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _exitCode;
    private int _stopBegun;

    /// <summary>Made by the host around the process.</summary>
    public WindowsService(
        IHostEnvironment environment, IHostApplicationLifetime lifetime, ILoggerFactory loggers,
        IOptions<HostOptions> hostOptions, IOptions<WindowsServiceLifetimeOptions> options)
        : base(environment, lifetime, loggers, hostOptions, options)
    {
        AutoLog = false;
        AcceptedControls(this) |= AcceptParameterChange | AcceptPreshutdown;
        Supervisor = new WindowsSupervisor(CarryOut, work => ThreadPool.QueueUserWorkItem(_ => work()));
        lifetime.ApplicationStopping.Register(() => Supervisor.Control(WindowsSupervisor.ControlStop));
    }

    private WindowsSupervisor Supervisor { get; }

    /// <summary>
    /// Runs <paramref name="body"/> as a service when the service control manager started the process, else as it is. What it throws is
    /// written to the event log, reported to the manager as an exit code, and thrown to the caller.
    /// </summary>
    /// <param name="name">The service's name.</param>
    /// <param name="body">Gives the exit code.</param>
    public static async Task<int> RunAsync(string name, Func<ISupervisor, Task<int>> body)
    {
        if (!WindowsServiceHelpers.IsWindowsService())
        {
            return await body(new NoSupervisor());
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .Configure<WindowsServiceLifetimeOptions>(options => options.ServiceName = name)
            .Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan) // the body has its own limits
            .AddSingleton<IHostLifetime, WindowsService>();
        using var host = builder.Build();
        var supervisor = ((WindowsService)host.Services.GetRequiredService<IHostLifetime>()).Supervisor;
        await host.StartAsync(); // until the manager has called OnStart
        var code = ExitCodes.Fault;
        try
        {
            code = await body(supervisor);
            return code;
        }
        catch (Exception exception)
        {
            code = GuardedRun.CodeOf(exception);
            WindowsServiceCalls.LogError(name, GuardedRun.Describe(exception));
            throw;
        }
        finally
        {
            supervisor.Ended(code);
            await host.StopAsync();
        }
    }

    /// <summary>Waits until the stop is reported to the manager, which may end the process at any moment after that.</summary>
    async Task IHostLifetime.StopAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        try
        {
            await _stopReported.Task.WaitAsync(StopReportLimit, cancellationToken);
        }
        catch (System.TimeoutException)
        {
            // The manager sees that the process has ended.
        }
    }

    /// <inheritdoc/>
    protected override void OnStart(string[] args)
    {
        Supervisor.Begin();
        base.OnStart(args);
        _ready.Wait(); // the base reports RUNNING when this returns
    }

    /// <inheritdoc/>
    protected override void OnStop()
    {
        Interlocked.Exchange(ref _stopBegun, 1);
        base.OnStop(); // asks the body to stop, and waits for its end
        WindowsServiceCalls.ReportStopped(ServiceHandle, _exitCode);
        _stopReported.TrySetResult();
        _never.Wait(); // ServiceBase would report STOPPED again, without the specific exit code, and the last report counts
    }

    /// <inheritdoc/>
    // Unlike the base, it reports STOP_PENDING and checkpoints meanwhile.
    protected override void OnShutdown() => Stop();

    /// <inheritdoc/>
    protected override void OnCustomCommand(int command) => Supervisor.Control(command);

    // ServiceBase sets the controls that it accepts from this field, and has properties for only some of them.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_acceptedCommands")]
    private static extern ref int AcceptedControls(ServiceBase service);

    private void CarryOut(WindowsServiceReport report)
    {
        switch (report.State)
        {
            case WindowsServiceState.StartPending:
                RequestTime(report.WaitHint);
                break;
            case WindowsServiceState.Running:
                _ready.Set();
                break;
            case WindowsServiceState.StopPending:
                BeginStop();
                RequestTime(report.WaitHint);
                break;
            case WindowsServiceState.Stopped:
                _exitCode = report.ExitCode;
                break;
        }
    }

    private void RequestTime(TimeSpan hint)
    {
        try
        {
            RequestAdditionalTime((int)hint.TotalMilliseconds);
        }
        catch (InvalidOperationException)
        {
            // Still RUNNING: the stop that has just begun reports STOP_PENDING itself.
        }
    }

    private void BeginStop()
    {
        if (Interlocked.Exchange(ref _stopBegun, 1) == 0)
        {
            ThreadPool.QueueUserWorkItem(_ => Stop());
        }
    }
}
