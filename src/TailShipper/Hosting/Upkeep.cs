using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Hosting.Reloading;

namespace Shipper.TailShipper.Hosting;

/// <summary>What a running service does beside shipping: it looks for flows that hang, gives memory back, and tells its supervisor how it fares.</summary>
internal sealed class Upkeep
{
    private const int LooksPerStatus = 5;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly FlowSet _flows;
    private readonly Reload? _reload;
    private readonly ISupervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Watchdog _watchdog;
    private readonly StatusLine _status;
    private long _beats;
    private volatile string? _stuck;

    /// <summary>Upkeep of <paramref name="flows"/> and of the loops that outlive them.</summary>
    /// <param name="flows">The flows.</param>
    /// <param name="others">The heartbeats of the other loops.</param>
    /// <param name="reload">Reloads the configuration; null where nothing can.</param>
    /// <param name="supervisor">Who is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The service's log.</param>
    public Upkeep(FlowSet flows, IEnumerable<Pulse> others, Reload? reload, ISupervisor supervisor, TimeProvider time, ILogger logger)
    {
        (_flows, _reload, _supervisor, _time, _logger) = (flows, reload, supervisor, time, logger);
        _status = new StatusLine(time);
        Pulse[] lasting = [.. others, new Pulse("upkeep", () => Volatile.Read(ref _beats))];
        _watchdog = new Watchdog(supervisor, () => flows.Pulses.Concat(lasting), time);
    }

    /// <summary>Looks once a second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, _time);
        var memory = new IdleMemory();
        for (var look = 0; await timer.WaitForNextTickAsync(cancellation); look++)
        {
            Volatile.Write(ref _beats, _beats + 1);
            foreach (var flow in _flows.Flows)
            {
                flow.Stall.Look();
            }

            memory.Look();
            if (look % LooksPerStatus == 0)
            {
                Tell();
            }
        }
    }

    /// <summary>Feels the loops until cancelled, and tells a supervisor that watches. A loop of its own: the one above is felt, too.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        if (_supervisor.WatchdogInterval is null)
        {
            return;
        }

        _watchdog.Look();
        using var timer = new PeriodicTimer(_watchdog.LookInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            _watchdog.Look();
            Report();
        }
    }

    /// <summary>Tells the supervisor how the service fares.</summary>
    public void Tell() => _supervisor.Status(_status.Compose(_flows.Flows, _stuck, _reload?.Refusal is { } refusal ? $"the new configuration is not used: {refusal}" : null));

    private void Report()
    {
        var stuck = _watchdog.Stuck;
        if (stuck is { } loop && _stuck is null)
        {
            HostingLog.Stuck(_logger, loop.Name, loop.For.TotalSeconds);
        }
        else if (stuck is null && _stuck is not null)
        {
            HostingLog.TurnsAgain(_logger);
        }

        _stuck = stuck is null ? null : $"{stuck.Value.Name} does not turn";
    }
}
