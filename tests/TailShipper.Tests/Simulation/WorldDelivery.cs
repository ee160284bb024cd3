using System.Globalization;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The service, or the dead letters, took a line.</summary>
internal sealed class WorldDelivery(FirehoseCall? call, int record, long at)
{
    /// <summary>By which call; null for a dead letter.</summary>
    public FirehoseCall? Call => call;

    public long At => at;

    /// <summary>Which record of the call it was.</summary>
    public int Record => record;

    /// <summary>When it was seen that the shipper had settled it; null until then.</summary>
    public long? SettledAt { get; set; }

    /// <summary>True when the shipper was killed before it could remember that.</summary>
    public bool Forgotten { get; set; }

    /// <summary>True when the shipper cannot know of it, so that it has to send the line again.</summary>
    public bool IsUnknowable => Forgotten || call is { AnswerLost: true };

    public override string ToString()
    {
        var fate = Forgotten ? "forgotten" : call is { AnswerLost: true } ? "answer lost" : "known";
        return string.Create(CultureInfo.InvariantCulture, $"{(call is null ? "dead letter" : $"call {call.Number}")} at {at / (double)TimeSpan.TicksPerSecond:F3} ({fate})");
    }
}
