namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>What became of the letters of one flow.</summary>
internal sealed class ResendReport
{
    /// <summary>Letters that the service took now.</summary>
    public long Resent { get; set; }

    /// <summary>Letters that were marked as resent before.</summary>
    public long Before { get; set; }

    /// <summary>Letters that can still not be delivered, with the reason.</summary>
    public List<(string Id, string Reason)> Refused { get; } = [];

    /// <summary>Letters of lines of which other parts are missing.</summary>
    public long Incomplete { get; set; }

    /// <summary>Letters that were not tried, or of which only a part was sent.</summary>
    public long Waiting { get; set; }

    /// <summary>Why the rest was not sent; null when everything was tried.</summary>
    public string? Stopped { get; set; }

    /// <summary>True when no letter is left that should be sent.</summary>
    public bool IsDone => Stopped is null && Refused.Count == 0 && Waiting == 0;
}
