using Microsoft.Extensions.Logging;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Flows.Validation;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// Reads the configuration again when asked and brings the running service in line with it: flows added, ended, restarted
/// with other options, log levels. A configuration that cannot be used changes nothing.
/// </summary>
/// <param name="source">Where the configuration comes from.</param>
/// <param name="flows">The flows that run.</param>
/// <param name="record">Records which flows the checkpoints are of.</param>
/// <param name="supervisor">Is told when it begins and when it is over.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The service's log.</param>
internal sealed class Reload(
    ReloadSource source, FlowSet flows, FlowRecorder record, ISupervisor supervisor, TimeProvider time, ILogger logger)
{
    // Beyond the time that flows may drain: their calls are called off by then.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private volatile string? _refusal;

    /// <summary>Why the configuration read last is not the one that runs; null when it is.</summary>
    public string? Refusal => _refusal;

    /// <summary>Reloads whenever it is asked to, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await source.Signal.WaitAsync(cancellation);
            supervisor.Reloading();
            HostingLog.Reloading(logger);
            try
            {
                await CarryOutAsync(source.Read(), cancellation);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                Refuse(exception);
            }
            finally
            {
                supervisor.Ready();
            }
        }
    }

    private async Task CarryOutAsync(ShipperSetup fresh, CancellationToken cancellation)
    {
        var running = source.Current;
        var plan = ReloadPlan.Between(running.Options, fresh.Options);
        var problems = new ConfigurationProblems();
        ShipperOptionsValidator.Validate(plan.Effective, problems); // what is not taken over may not go with what is
        problems.ThrowIfAny();

        var needRestart = plan.NeedRestart.Concat(running.Levels.ReplaceBy(fresh.Levels)).ToList();
        source.Current = running with { Options = plan.Effective, Source = fresh.Source };
        record.Record(plan.Effective.Flows);
        var pending = await ChangeFlowsAsync(plan, cancellation);
        _refusal = null;
        foreach (var flow in pending)
        {
            HostingLog.ReloadPending(logger, flow);
        }

        if (needRestart.Count > 0)
        {
            HostingLog.NeedsRestart(logger, string.Join(", ", needRestart));
        }

        HostingLog.Reloaded(
            logger, Names(plan.Added.Select(flow => flow.Name)), Names(plan.Changed.Select(flow => flow.Name)), Names(plan.Removed),
            flows.Count);
    }

    /// <summary>Changes what differs, the rest running on; the names of flows that are not done yet.</summary>
    private async Task<IReadOnlyList<string>> ChangeFlowsAsync(ReloadPlan plan, CancellationToken cancellation)
    {
        var budget = plan.Effective.ShutdownTimeout;
        var changes = plan.Removed.Select(name => (Name: name, Done: flows.ChangeAsync(name, null, budget)))
            .Concat(plan.Changed.Concat(plan.Added).Select(flow => (flow.Name, Done: flows.ChangeAsync(flow.Name, flow, budget))))
            .ToList();
        try
        {
            await Task.WhenAll(changes.Select(change => change.Done)).WaitAsync(budget + Grace, time, cancellation);
        }
        catch (TimeoutException)
        {
            // They are named; each is carried out when it can be.
        }

        return [.. changes.Where(change => !change.Done.IsCompleted).Select(change => change.Name)];
    }

    private void Refuse(Exception exception)
    {
        var text = exception is ConfigurationException or StartRefusedException
            ? exception.Message.Trim()
            : $"{exception.GetType().Name}: {exception.Message}";
        _refusal = text.ReplaceLineEndings(" ");
        HostingLog.ReloadRefused(logger, text);
    }

    private static string Names(IEnumerable<string> flows) => string.Join(", ", flows) is { Length: > 0 } names ? names : "none";
}
