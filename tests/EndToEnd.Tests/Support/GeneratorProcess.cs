namespace Shipper.EndToEnd.Tests.Support;

/// <summary>The order log generator as a process.</summary>
internal sealed class GeneratorProcess : ServiceProcess
{
    /// <summary>Writes numbered lines into <paramref name="directory"/>.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="settings">Keys below <c>Generator</c>, as <c>Key=value</c>.</param>
    public GeneratorProcess(string directory, params string[] settings)
        : base("order-log-generator", Arguments(directory, settings))
    {
    }

    /// <summary>Waits until it has written everything.</summary>
    public async Task FinishAsync()
    {
        var code = await ExitAsync();
        Assert.True(code == 0, Evidence());
    }

    private static IEnumerable<string> Arguments(string directory, string[] settings) =>
        new[] { $"Directory={directory}", "Sequence=true" }.Concat(settings).SelectMany(
            setting => new[] { "--set", "Generator:" + setting });
}
