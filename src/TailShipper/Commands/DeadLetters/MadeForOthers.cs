using Shipper.Foundation.Output;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Finds dead letters that were meant for another stream than the one that a configuration would send them to.</summary>
internal static class MadeForOthers
{
    /// <summary>A sentence for each flow and stream that differ; empty when all dead letters would go where they were meant to.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="directory">Where the dead letters are.</param>
    /// <param name="filter">Those that are to be sent.</param>
    /// <param name="marks">Those that were.</param>
    /// <param name="to">The stream that may take what was meant for another; null for none.</param>
    /// <exception cref="IOException">They, or the record of the flows, cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read them.</exception>
    public static IReadOnlyCollection<string> Find(
        ShipperSetup setup, string directory, DeadLetterFilter filter, ResentDeadLetters marks, string? to)
    {
        var recorded = FlowRecord.Read(ShipperDirectories.State(setup.Options))?.Flows.ToDictionary(
            flow => flow.Flow, flow => flow.Destination, StringComparer.Ordinal) ?? [];
        var flows = setup.Options.Flows.ToDictionary(flow => flow.Name, Destination.Of, StringComparer.Ordinal);
        var places = new DestinationPlaces(setup.Options.Aws);
        var counts = new SortedDictionary<string, LetterCount>(StringComparer.Ordinal);
        foreach (var letter in new DeadLetterStore(directory).Read(filter.Flow))
        {
            if (filter.Takes(letter) && !marks.Contains(letter.Id) && Difference(letter) is { } difference)
            {
                counts.TryAdd(difference, new LetterCount());
                counts[difference].Add(letter);
            }
        }

        return
        [
            .. counts.Select(found => $"{HumanNumbers.Of(found.Value.Total, "dead letter")} of {found.Key}"),
        ];

        string? Difference(StoredDeadLetter letter)
        {
            var meant = letter.Destination
                ?? (recorded.TryGetValue(letter.Flow, out var stream) ? new LetterDestination(stream, null) : null);
            if (!flows.TryGetValue(letter.Flow, out var flow))
            {
                // A flow that has ended is named at the end; one that still runs shows that this is not the service's configuration.
                return recorded.ContainsKey(letter.Flow) ? $"flow {letter.Flow} ({meant}), which is not in this configuration" : null;
            }

            if (to is not null && to != flow.Id)
            {
                return $"flow {letter.Flow}, which ships to {flow.Mark} and not to {to}";
            }

            var now = new LetterDestination(flow.Mark, places.Of(flow));
            return to is not null || meant is null || meant.CanBe(now)
                ? null
                : $"flow {letter.Flow} were meant for {meant}, and this configuration sends them to {now}";
        }
    }
}
