using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// The flows that run: starts them, replaces single ones while the others keep running, and stops them. There is never more than
/// one of a name, so that nobody else records the checkpoints of its streams.
/// </summary>
/// <param name="factory">Makes them.</param>
/// <param name="fault">Takes what a loop throws.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The service's log.</param>
internal sealed class FlowSet(FlowFactory factory, Action<Exception> fault, TimeProvider time, ILogger logger) : IRunningFlows, IDisposable
{
    private static readonly TimeSpan StopCheck = TimeSpan.FromMilliseconds(200);

    // Below what the host waits beyond the service's own budget.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FlowState> _states = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<FlowRun> _runs = [];
    private volatile IReadOnlyList<Flow> _running = []; // asked for every second
    private volatile bool _closing;

    /// <inheritdoc/>
    public IReadOnlyList<Flow> Running => _running;

    /// <summary>Their heartbeats; one that has ended has none.</summary>
    public IEnumerable<Heartbeat> Heartbeats => _runs.Where(run => !run.Ended.IsCompleted).Select(run => run.Heartbeat);

    /// <summary>Flows that run.</summary>
    public int Count => _runs.Count;

    /// <summary>Starts them all: each takes up its checkpoints before the first one reads.</summary>
    /// <param name="flows">How.</param>
    /// <param name="begun">Ends when the checkpoints may be written: no stream may be given a number before.</param>
    public async Task StartAsync(IEnumerable<FlowOptions> flows, Task begun)
    {
        var all = flows.ToList();
        await factory.PrepareAsync(all);
        var opened = all.Select(flow => (State: StateOf(flow.Name), Run: Open(flow))).ToList();
        await begun;
        opened.ForEach(flow => Begin(flow.State, flow.Run));
    }

    /// <summary>
    /// Lets the flow called <paramref name="name"/> run as <paramref name="options"/> say, or not at all. One that runs stops
    /// reading and drains first. A flow that hangs ends when it can, and is replaced then.
    /// </summary>
    /// <param name="name">The flow.</param>
    /// <param name="options">How; null to end it.</param>
    /// <param name="budget">How long it may drain.</param>
    /// <returns>Completes when it is so; never fails.</returns>
    public Task ChangeAsync(string name, FlowOptions? options, TimeSpan budget)
    {
        lock (_lock)
        {
            var state = StateOf(name);
            state.Next = new FlowChange(options, budget);
            if (!state.IsChanging)
            {
                state.IsChanging = true;
                state.Changing = CarryOutAsync(state);
            }

            return state.Changing;
        }
    }

    /// <summary>
    /// Stops them all inside the budget. Those that wait for a disk that does not answer are waited for no longer than the
    /// others, nor beyond the budget.
    /// </summary>
    public async Task StopAsync(TimeSpan budget)
    {
        IReadOnlyList<FlowRun> runs;
        lock (_lock)
        {
            _closing = true;
            runs = _runs;
        }

        var started = time.GetTimestamp();
        foreach (var run in runs)
        {
            run.Stop(budget);
        }

        var ended = Task.WhenAll(runs.Select(run => run.Ended));
        while (await Task.WhenAny(ended, Task.Delay(StopCheck, time)) != ended)
        {
            var hanging = runs.Where(run => !run.Ended.IsCompleted).ToList();
            if (hanging.Count > 0
                && (hanging.TrueForAll(run => run.Flow.Stall.Stalled is not null) || time.GetElapsedTime(started) > budget + StopGrace))
            {
                foreach (var run in hanging)
                {
                    run.Abandon();
                    HostingLog.Abandoned(logger, run.Flow.Loop.Name, run.Flow.Stall.Stalled ?? "busy");
                }

                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in _runs)
        {
            run.Dispose();
        }
    }

    private async Task CarryOutAsync(FlowState state)
    {
        await Task.Yield(); // the caller holds the lock
        try
        {
            await ChangeAsync(state);
        }
        catch (Exception exception)
        {
            fault(exception);
        }
    }

    private async Task ChangeAsync(FlowState state)
    {
        while (TakeNext(state) is { } change)
        {
            if (state.Run is { } run)
            {
                run.Stop(change.Budget);
                await run.Ended;
                await QuietAsync(run);
                lock (_lock)
                {
                    if (_closing)
                    {
                        return; // whoever closes disposes
                    }

                    state.Run = null;
                    Publish(run, null);
                }

                run.Dispose();
            }

            if (change.Options is { } next)
            {
                await factory.PrepareAsync([next]);
            }

            while (change.Options is { } options && state.Next is null && !_closing)
            {
                if (factory.HasRoom(options))
                {
                    Begin(state, Open(options));
                    break;
                }

                await Task.Delay(StopCheck, time); // until a flow that hangs gives back its share of the memory
            }
        }
    }

    private FlowChange? TakeNext(FlowState state)
    {
        lock (_lock)
        {
            var change = _closing ? null : state.Next;
            state.Next = null;
            state.IsChanging = change is not null;
            return change;
        }
    }

    // Its calls are called off by now, but those that end a moment later still use their bodies.
    private async Task QuietAsync(FlowRun run)
    {
        var started = time.GetTimestamp();
        while (!run.Flow.Loop.IsQuiet && time.GetElapsedTime(started) < StopGrace)
        {
            await Task.Delay(StopCheck / 10, time);
        }
    }

    private FlowRun Open(FlowOptions options)
    {
        var flow = factory.Create(options);
        flow.Loop.Start();
        return new FlowRun(flow, time);
    }

    private void Begin(FlowState state, FlowRun run)
    {
        lock (_lock)
        {
            if (!_closing)
            {
                state.Run = run;
                Publish(null, run);
                run.Begin(fault);
                return;
            }
        }

        run.Dispose();
    }

    private void Publish(FlowRun? removed, FlowRun? added)
    {
        _runs = [.. _runs.Where(run => run != removed), .. added is null ? Array.Empty<FlowRun>() : [added]];
        _running = [.. _runs.Select(run => run.Flow)];
    }

    private FlowState StateOf(string name)
    {
        lock (_lock)
        {
            return _states.TryGetValue(name, out var state) ? state : _states[name] = new FlowState();
        }
    }

    /// <summary>How a flow should run.</summary>
    /// <param name="Options">Its section; null for not at all.</param>
    /// <param name="Budget">How long the one that runs may drain.</param>
    private sealed record FlowChange(FlowOptions? Options, TimeSpan Budget);

    /// <summary>What runs under one name, and what is to run instead.</summary>
    private sealed class FlowState
    {
        /// <summary>What runs; null when nothing does.</summary>
        public FlowRun? Run { get; set; }

        /// <summary>The change that is not begun; null when there is none.</summary>
        public FlowChange? Next { get; set; }

        /// <summary>True while a task applies changes. It checks for the next one before it ends.</summary>
        public bool IsChanging { get; set; }

        /// <summary>That task.</summary>
        public Task Changing { get; set; } = Task.CompletedTask;
    }
}
