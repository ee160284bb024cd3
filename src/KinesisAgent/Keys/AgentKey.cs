namespace Shipper.KinesisAgent.Keys;

/// <summary>A key of the agent's configuration: what it may hold, and when the agent reads it.</summary>
/// <param name="Name">As it is written: flat, with its dots.</param>
/// <param name="Scope">Where it stands.</param>
/// <param name="Kind">What its value is read as.</param>
internal sealed record AgentKey(string Name, AgentKeyScope Scope, AgentKeyKind Kind)
{
    /// <summary>What applies where the key is not set: a long, a bool or a string. Null for none.</summary>
    public object? Default { get; init; }

    /// <summary>The least that the agent accepts; null for no bound.</summary>
    public long? Least { get; init; }

    /// <summary>The most that the agent accepts; null for no bound.</summary>
    public long? Most { get; init; }

    /// <summary>The most for a flow to a Kinesis data stream, where that is another.</summary>
    public long? MostForKinesis { get; init; }

    /// <summary>The texts that the agent accepts, in this case only.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>When the agent reads it, which is when it notices a value that it cannot use.</summary>
    public AgentKeyMoment Moment { get; init; } = AgentKeyMoment.Start;

    /// <summary>The only kind of destination with which the agent reads it; null for both.</summary>
    public AgentDestination? OnlyFor { get; init; }

    /// <summary>True where a JSON null is the same as no value; false where it is refused.</summary>
    public bool TakesNull { get; init; }

    /// <summary>True for what must never be shown or copied.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>Where a key stands.</summary>
internal enum AgentKeyScope
{
    /// <summary>At the top, for the whole agent.</summary>
    Agent,

    /// <summary>In each element of <c>flows</c>.</summary>
    Flow,
}

/// <summary>What a value is read as.</summary>
internal enum AgentKeyKind
{
    /// <summary>Any value, as text.</summary>
    Text,

    /// <summary>A whole number of 32 bits.</summary>
    Integer,

    /// <summary>A whole number of 64 bits.</summary>
    Long,

    /// <summary>A truth value.</summary>
    Flag,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>A regular expression of Java; an empty text is none.</summary>
    Pattern,

    /// <summary>A list, which is read by other rules.</summary>
    List,

    /// <summary>Not read any more since version 2.</summary>
    Dead,
}

/// <summary>When the agent reads a key.</summary>
internal enum AgentKeyMoment
{
    /// <summary>Before it does anything: a value that it cannot use ends it.</summary>
    Start,

    /// <summary>When it is first needed: the agent starts, and what needs it fails.</summary>
    Use,
}

/// <summary>Where a flow of the agent sends to.</summary>
internal enum AgentDestination
{
    /// <summary>A Firehose delivery stream.</summary>
    Firehose,

    /// <summary>A Kinesis data stream.</summary>
    Kinesis,
}
