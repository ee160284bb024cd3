using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Hosting.Reloading;

namespace Shipper.TailShipper.Hosting;

/// <summary>What a running service does beside shipping: it looks for flows that hang, gives memory back, and tells its supervisor how it fares.</summary>
internal sealed class Upkeep
{
    private const int LooksPerStatus = 5;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly ChunkPool _bodies;
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
    /// <param name="bodies">The memory of request bodies.</param>
    /// <param name="flows">The flows.</param>
    /// <param name="watchdog">Feels the loops; <see cref="WatchAsync"/> lets it look.</param>
    /// <param name="reload">Reloads the configuration; null where nothing can.</param>
    /// <param name="supervisor">Who is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The service's log.</param>
    public Upkeep(ChunkPool bodies, FlowSet flows, Watchdog watchdog, Reload? reload, ISupervisor supervisor, TimeProvider time, ILogger logger)
    {
        (_bodies, _flows, _watchdog, _reload, _supervisor, _time, _logger) = (bodies, flows, watchdog, reload, supervisor, time, logger);
        _status = new StatusLine(time);
        Pulse = new Pulse("upkeep", () => Volatile.Read(ref _beats));
    }

    /// <summary>The heartbeat of <see cref="RunAsync"/>.</summary>
    public Pulse Pulse { get; }

    /// <summary>Looks once a second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, _time);
        var memory = new IdleMemory(_bodies);
        for (var look = 0; await timer.WaitForNextTickAsync(cancellation); look++)
        {
            Volatile.Write(ref _beats, _beats + 1);
            foreach (var flow in _flows.Flows)
            {
                flow.Stall.Check();
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
            HostingLog.Stuck(
                _logger, loop.Name, loop.For.TotalSeconds,
                _watchdog.IsWatched ? "The watchdog is not told that the service is alive, and will restart it" : "Nobody restarts it here: restart the service");
        }
        else if (stuck is null && _stuck is not null)
        {
            HostingLog.TurnsAgain(_logger);
        }

        _stuck = stuck is null ? null : $"{stuck.Name} does not turn";
    }
}
