namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>How a run ended. The host swallows what a background service throws and exits 0, so the service leaves it here.</summary>
internal sealed class RunOutcome
{
    /// <summary>What broke the run off; null when nothing did.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What was done.</summary>
    public GenerationCounts Counts { get; set; }
}
