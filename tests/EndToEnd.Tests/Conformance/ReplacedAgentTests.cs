using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>
/// Every fault that was measured in the agent this service replaces, played with the real executable: nothing missing, nothing
/// repeated.
/// </summary>
public sealed class ReplacedAgentTests
{
    public static TheoryData<string> Scenarios => [.. ReplacedAgentTable.Rows.Select(row => row.Scenario)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Nothing_readable_is_missing_and_nothing_is_repeated(string scenario)
    {
        var row = ReplacedAgentTable.Rows.Single(row => row.Scenario == scenario);
        using var scene = await Scene.StartAsync(["orders"], killable: true);
        var written = await row.Play(scene);
        var result = Comparison.Of(written, await scene.DeliveredAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{result}\n{row.Print(result)}");
        Assert.True(
            result.Input == row.Lines && result.Loss == row.Unreadable && result is { Duplicate: 0, Foreign: 0 },
            $"{scenario}: {result}, where {row.Unreadable} of {row.Lines} could not be read\n{result.Examples}\n{scene.Evidence()}");
    }

    [Fact]
    public void The_page_shows_these_rows_and_results()
    {
        var page = File.ReadAllText(Path.Join(RepositoryRoot.Directory, "docs", "reliability.md"));
        Assert.All(
            ReplacedAgentTable.Rows,
            row => Assert.Contains(
                row.Print(new(row.Lines, row.Lines - row.Unreadable, 0, row.Unreadable, 0, "")), page, StringComparison.Ordinal));
    }
}
