namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The service, or the dead letters, took a line.</summary>
internal sealed class WorldDelivery(FirehoseCall? call, long at)
{
    /// <summary>By which call; null for a dead letter.</summary>
    public FirehoseCall? Call => call;

    public long At => at;

    /// <summary>True when the shipper was killed before it could remember that.</summary>
    public bool Forgotten { get; set; }

    /// <summary>True when the shipper cannot know of it, so that it has to send the line again.</summary>
    public bool IsUnknowable => Forgotten || call is { AnswerLost: true };
}
