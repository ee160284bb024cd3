using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>Plays all rows, several at a time: most of them wait more than they compute.</summary>
public sealed class ReplacedAgentRun : IDisposable
{
    private const int AtATime = 4;

    private readonly SemaphoreSlim _turns = new(AtATime, AtATime);
    private readonly Lazy<Dictionary<string, Task<Comparison>>> _results;

    public ReplacedAgentRun() => _results = new(() =>
        ReplacedAgentTable.Rows.OrderByDescending(row => row.Lines).ToDictionary(row => row.Scenario, row => Task.Run(() => PlayAsync(row))));

    public void Dispose() => _turns.Dispose();

    /// <summary>What became of a row's lines.</summary>
    internal Task<Comparison> ResultAsync(string scenario) => _results.Value[scenario];

    private async Task<Comparison> PlayAsync(ReplacedAgentRow row)
    {
        await _turns.WaitAsync();
        try
        {
            using var scene = await Scene.StartAsync(["orders"], killable: true);
            var written = await row.Play(scene);
            var result = Comparison.Of(written, await scene.DeliveredAsync());
            return result with { Examples = $"{result.Examples}\n{scene.Evidence()}" };
        }
        finally
        {
            _turns.Release();
        }
    }
}
