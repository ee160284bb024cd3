namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>What becomes of a key of the agent's configuration.</summary>
internal enum AgentKeyFate
{
    /// <summary>There is a setting that means the same.</summary>
    Taken,

    /// <summary>There is a setting that means nearly the same; the text says what differs.</summary>
    Mapped,

    /// <summary>There is no setting, and none is needed.</summary>
    NotNeeded,

    /// <summary>There is no setting, and whoever wrote the key has something to do.</summary>
    ToDo,

    /// <summary>It cannot be imported; the text says why.</summary>
    Refused,
}

/// <summary>The words for it, on the screen and on the page.</summary>
internal static class AgentKeyFates
{
    /// <summary>The word of <paramref name="fate"/>.</summary>
    public static string Word(this AgentKeyFate fate) => fate switch
    {
        AgentKeyFate.Taken => "taken",
        AgentKeyFate.Mapped => "mapped",
        AgentKeyFate.NotNeeded => "not needed",
        AgentKeyFate.ToDo => "to do",
        _ => "refused",
    };
}
