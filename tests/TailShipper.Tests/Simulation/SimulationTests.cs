using System.Globalization;
using Xunit;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// Random histories. <c>SHIPPER_SIM_SEED</c> plays one seed (or begins there), <c>SHIPPER_SIM_RUNS</c> says how many seeds to play.
/// </summary>
public sealed class SimulationTests
{
    private const int DefaultRuns = 250;
    private const int MostFailures = 20;

    // Histories that are known to end wrongly, in a world where most looks and opens fail while files are copied, truncated
    // and copied again. They must go on failing until the cause is mended, and are then taken off this list.
    private static readonly Dictionary<int, string> KnownOpen = new()
    {
        [68] = "bytes reported lost", // a loss is counted 1571 bytes too high
    };

    [Fact]
    public void Every_history_ends_with_every_line_delivered_and_none_twice_without_need()
    {
        var seed = Number("SHIPPER_SIM_SEED");
        var runs = Number("SHIPPER_SIM_RUNS") ?? (seed is null ? DefaultRuns : 1);
        var failures = new List<string>();
        for (var run = (seed ?? 1); run < (seed ?? 1) + runs && failures.Count < MostFailures; run++)
        {
            var failure = Attempt(new SimulationRun(run, trace: false));
            if (seed is null && KnownOpen.TryGetValue(run, out var known))
            {
                if (failure?.Message.Contains(known, StringComparison.Ordinal) != true)
                {
                    failures.Add($"seed {run} was known to end with \"{known}\" and ends with \"{failure?.Message ?? "all well"}\": correct the list of known ones");
                }
            }
            else if (failure is not null)
            {
                failures.Add($"SHIPPER_SIM_SEED={run}: {failure.Message}{(failures.Count == 0 ? Again(run, failure) : "")}");
            }
        }

        // The history of the first failure comes last.
        failures.Reverse();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void One_seed_gives_one_history()
    {
        var (first, second) = (new SimulationRun(7, trace: true), new SimulationRun(7, trace: true));
        Attempt(first);
        Attempt(second);
        Assert.Equal(first.Trace, second.Trace);
    }

    private static string Again(int seed, Exception failure)
    {
        var run = new SimulationRun(seed, trace: true);
        var same = Attempt(run);
        return $"\n{run.Trace}\n{failure}\n{(same?.Message == failure.Message ? "" : $"and differently when played again: {same}")}";
    }

    private static Exception? Attempt(SimulationRun run)
    {
        try
        {
            run.Play();
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception;
        }
    }

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
