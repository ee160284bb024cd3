using System.Collections;
using System.Globalization;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Hosting;

/// <summary>What a new configuration asks of a running service.</summary>
/// <param name="Effective">The new options, with the running ones in place of those that a restart alone can change.</param>
/// <param name="Added">Flows that run not yet.</param>
/// <param name="Changed">Flows that run otherwise, with their new options.</param>
/// <param name="Removed">Names of flows that are to end.</param>
/// <param name="NeedRestart">Full keys that differ and take effect at the next start only.</param>
internal sealed record ReloadPlan(
    ShipperOptions Effective, IReadOnlyList<FlowOptions> Added, IReadOnlyList<FlowOptions> Changed, IReadOnlyList<string> Removed,
    IReadOnlyList<string> NeedRestart)
{
    // What every flow is made with. All else belongs to what outlives the flows (lock, journal, memory, wire, logs), so a
    // setting that nobody thought of here asks for a restart rather than doing nothing.
    private static readonly HashSet<string> OfFlows =
    [
        nameof(ShipperOptions.ScanInterval), nameof(ShipperOptions.PollInterval), nameof(ShipperOptions.RotateWait),
        nameof(ShipperOptions.CallTimeout), nameof(ShipperOptions.MaxCallsInFlight),
    ];

    /// <summary>True when nothing of the flows changes.</summary>
    public bool IsEmpty => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>Compares; both must be valid.</summary>
    public static ReloadPlan Between(ShipperOptions running, ShipperOptions fresh)
    {
        var needRestart = new List<string>();
        var all = false;
        IOptionSection section = running;
        foreach (var row in section.Settings.Rows.Where(row => row.Name != nameof(ShipperOptions.Flows)))
        {
            var differences = Differences(row, running, fresh);
            if (OfFlows.Contains(row.Name))
            {
                all |= differences.Count > 0;
            }
            else
            {
                needRestart.AddRange(differences);
                row.Set(fresh, row.Get(running));
            }
        }

        var before = running.Flows.ToDictionary(flow => flow.Name, StringComparer.Ordinal);
        return new ReloadPlan(
            fresh,
            [.. fresh.Flows.Where(flow => !before.ContainsKey(flow.Name))],
            [.. fresh.Flows.Where(
                flow => before.TryGetValue(flow.Name, out var old) && (all || OptionValues.Differences(old, flow, flow.Name).Count > 0))],
            [.. running.Flows.Select(flow => flow.Name).Except(fresh.Flows.Select(flow => flow.Name))],
            needRestart);
    }

    private static IReadOnlyList<string> Differences(OptionRow row, ShipperOptions running, ShipperOptions fresh)
    {
        var (before, after) = (new ShipperOptions(), new ShipperOptions());
        row.Set(before, row.Get(running));
        row.Set(after, row.Get(fresh));
        return OptionValues.Differences(before, after, "Shipper");
    }
}

/// <summary>An options object as keys and values, to tell two of them apart.</summary>
internal static class OptionValues
{
    /// <summary>Every value below <paramref name="options"/> by its full key.</summary>
    /// <param name="options">The object.</param>
    /// <param name="prefix">Its own key.</param>
    public static SortedDictionary<string, string?> Of(IOptionSection options, string prefix)
    {
        var values = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        Add(options, prefix, values);
        return values;
    }

    /// <summary>Keys whose values differ, or that only one has.</summary>
    public static IReadOnlyList<string> Differences(IOptionSection left, IOptionSection right, string prefix)
    {
        var (before, after) = (Of(left, prefix), Of(right, prefix));
        return [.. before.Keys.Union(after.Keys)
            .Where(key => !before.TryGetValue(key, out var old) || !after.TryGetValue(key, out var now) || old != now)
            .Order(StringComparer.Ordinal)];
    }

    private static void Add(object? value, string key, SortedDictionary<string, string?> values)
    {
        if (value is IList list)
        {
            for (var index = 0; index < list.Count; index++)
            {
                Add(list[index], string.Create(CultureInfo.InvariantCulture, $"{key}:{index}"), values);
            }
        }
        else if (value is IOptionSection section)
        {
            foreach (var row in section.Settings.Rows)
            {
                Add(row.Get(section), $"{key}:{row.Name}", values);
            }
        }
        else
        {
            values[key] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }
}
