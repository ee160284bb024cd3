using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// The flows that run: starts them, replaces single ones while the others go on, and stops them. There is never more than
/// one of a name, so that nobody else records the checkpoints of its streams.
/// </summary>
/// <param name="checkpoints">The journal, which outlives them.</param>
/// <param name="fault">Takes what a loop throws.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The service's log.</param>
internal sealed class FlowSet(ICheckpoints checkpoints, Action<Exception> fault, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan StopLook = TimeSpan.FromMilliseconds(200);

    // Below what the host waits beyond the service's own budget.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FlowSlot> _slots = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<FlowRun> _runs = [];
    private volatile bool _closing;

    /// <summary>The flows of this moment, in the order in which they came.</summary>
    public IEnumerable<Flow> Flows => _runs.Select(run => run.Flow);

    /// <summary>The same, for those who ask from another thread.</summary>
    public IReadOnlyList<Flow> Snapshot => [.. Flows];

    /// <summary>Their heartbeats; one that has ended has none.</summary>
    public IEnumerable<Pulse> Pulses => _runs.Where(run => !run.Ended.IsCompleted).Select(run => run.Pulse);

    /// <summary>Flows that run.</summary>
    public int Count => _runs.Count;

    /// <summary>Starts them all: each takes up its checkpoints before the first one reads.</summary>
    /// <param name="factory">Makes them.</param>
    /// <param name="flows">How.</param>
    /// <param name="begun">Ends when the checkpoints may be written: no stream may be given a number before.</param>
    public async Task StartAsync(FlowFactory factory, IEnumerable<FlowOptions> flows, Task begun)
    {
        var opened = flows.Select(flow => (Slot: SlotOf(flow.Name), Run: Open(factory, flow))).ToList();
        await begun;
        opened.ForEach(flow => Begin(flow.Slot, flow.Run));
    }

    /// <summary>
    /// Lets the flow called <paramref name="name"/> run as <paramref name="options"/> say, or not at all. One that runs stops
    /// reading and drains first. A flow that hangs ends when it can, and is replaced then.
    /// </summary>
    /// <param name="name">The flow.</param>
    /// <param name="factory">Makes it.</param>
    /// <param name="options">How; null to end it.</param>
    /// <param name="budget">How long it may drain.</param>
    /// <returns>Completes when it is so; never fails.</returns>
    public Task ChangeAsync(string name, FlowFactory factory, FlowOptions? options, TimeSpan budget)
    {
        lock (_lock)
        {
            var slot = SlotOf(name);
            slot.Wanted = new FlowWish(factory, options, budget);
            if (!slot.IsChanging)
            {
                slot.IsChanging = true;
                slot.Changing = CarryOutAsync(slot);
            }

            return slot.Changing;
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
        while (await Task.WhenAny(ended, Task.Delay(StopLook, time)) != ended)
        {
            var hanging = runs.Where(run => !run.Ended.IsCompleted).ToList();
            if (hanging.Count > 0 && (hanging.TrueForAll(run => run.Flow.Stall.Stalled is not null) || time.GetElapsedTime(started) > budget + StopGrace))
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

    private async Task CarryOutAsync(FlowSlot slot)
    {
        await Task.Yield(); // the caller holds the lock
        try
        {
            await ChangeAsync(slot);
        }
        catch (Exception exception)
        {
            fault(exception);
        }
    }

    private async Task ChangeAsync(FlowSlot slot)
    {
        while (Take(slot) is { } wish)
        {
            if (slot.Run is { } run)
            {
                run.Stop(wish.Budget);
                await run.Ended;
                await QuietAsync(run);
                lock (_lock)
                {
                    if (_closing)
                    {
                        return; // whoever closes disposes
                    }

                    slot.Run = null;
                    Publish(run, null);
                }

                run.Dispose();
            }

            while (wish.Options is { } options && slot.Wanted is null && !_closing)
            {
                if (wish.Factory.HasRoom)
                {
                    Begin(slot, Open(wish.Factory, options));
                    break;
                }

                await Task.Delay(StopLook, time); // until a flow that hangs gives back its share of the memory
            }
        }
    }

    private FlowWish? Take(FlowSlot slot)
    {
        lock (_lock)
        {
            var wish = _closing ? null : slot.Wanted;
            slot.Wanted = null;
            slot.IsChanging = wish is not null;
            return wish;
        }
    }

    // Its calls are called off by now, but those that end a moment later still use their bodies.
    private async Task QuietAsync(FlowRun run)
    {
        var started = time.GetTimestamp();
        while (!run.Flow.Loop.IsQuiet && time.GetElapsedTime(started) < StopGrace)
        {
            await Task.Delay(StopLook / 10, time);
        }
    }

    private FlowRun Open(FlowFactory factory, FlowOptions options)
    {
        var flow = factory.Create(options, checkpoints);
        flow.Loop.Start();
        return new FlowRun(flow, time);
    }

    private void Begin(FlowSlot slot, FlowRun run)
    {
        lock (_lock)
        {
            if (!_closing)
            {
                slot.Run = run;
                Publish(null, run);
                run.Begin(fault);
                return;
            }
        }

        run.Dispose();
    }

    private void Publish(FlowRun? gone, FlowRun? come) => _runs = [.. _runs.Where(run => run != gone), .. come is null ? Array.Empty<FlowRun>() : [come]];

    private FlowSlot SlotOf(string name)
    {
        lock (_lock)
        {
            return _slots.TryGetValue(name, out var slot) ? slot : _slots[name] = new FlowSlot();
        }
    }
}
