using System.Text;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Makes chains and runs them.</summary>
internal static class Chains
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

    public static readonly InstanceIdentity Instance = new(
        "192.0.2.44", "eu-central-1a", "i-00000000000000001", "t3.micro", "000000000000", "ami-00000000000000002", "eu-central-1", Now,
        [new("name", "orders-1"), new("team", "Shop")]);

    public static readonly RecordOrigin Origin = new("/var/log/orders/app.log", 7, 3, 4096, 80);

    public static ChainSurroundings Surroundings { get; } = new("web-1", "5f3a", new FakeTimeProvider(Now), () => Instance);

    public static RecordChain Of(params ProcessingOptions[] steps)
    {
        Xunit.Assert.Empty(ProcessingOptions.Validate(steps, "P"));
        return RecordChain.Create(steps, Surroundings);
    }

    /// <summary>The text of the result; null where nothing is sent.</summary>
    public static string? Run(this RecordChain chain, string record)
    {
        var processed = chain.Process(Encoding.UTF8.GetBytes(record), Origin);
        return processed.Outcome == ProcessedOutcome.Send ? Encoding.UTF8.GetString(processed.Bytes) : null;
    }
}
