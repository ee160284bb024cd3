using System.Globalization;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>One fault that was measured in the agent this service replaces.</summary>
/// <param name="Scenario">What happens to the files.</param>
/// <param name="Lines">Lines written, then and now.</param>
/// <param name="TheirMissing">Of these, lines that the replaced agent did not deliver.</param>
/// <param name="TheirRepeated">Lines that it delivered once more than they were written.</param>
/// <param name="Play">Plays it with the real executable, up to the shipper's end, and says what was written.</param>
/// <param name="Unreadable">Lines that were gone before any program could have read them.</param>
internal sealed record ReplacedAgentRow(
    string Scenario, int Lines, int TheirMissing, int TheirRepeated, Func<Scene, Task<LineCount>> Play, int Unreadable = 0)
{
    /// <summary>The row as docs/reliability.md prints it, with ours beside theirs.</summary>
    public string Print(Comparison ours) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Scenario} | {Lines:N0} | {TheirMissing:N0} | {TheirRepeated:N0} | " +
        $"{ours.Loss - Unreadable:N0}{(Unreadable > 0 ? $" ({Unreadable} unreadable)" : "")} | {ours.Duplicate:N0} |");
}
