using Shipper.KinesisAgent.Keys;

namespace Shipper.KinesisAgent;

/// <summary>What an agent.json, with the files of agent.d beside it, makes the agent do.</summary>
/// <param name="Files">What was read, the main file first.</param>
/// <param name="Values">The values for the whole agent, with the defaults.</param>
/// <param name="Flows">Its flows: those of the main file, then those of agent.d by file name.</param>
/// <param name="Notices">What the agent says nothing about, or only a warning, and the reader should know.</param>
internal sealed record AgentConfiguration(
    IReadOnlyList<string> Files, AgentValues Values, IReadOnlyList<AgentFlow> Flows, IReadOnlyList<AgentNotice> Notices)
{
    /// <summary>The most connections at once: more than the sending threads would wait for each other.</summary>
    public long MaxConnections => Values.IsSet("maxConnections") ? Values.Number("maxConnections")
        : Math.Max(Values.Number("maxConnections"), Values["maxSendingThreads"] as long? ?? 0);
}

/// <summary>Something that the agent accepts, and that is not as whoever wrote it may think.</summary>
/// <param name="Place">The key, with the flow and file where that is needed.</param>
/// <param name="Key">The key alone.</param>
/// <param name="Text">What is so, and what to do, in sentences.</param>
internal sealed record AgentNotice(string Place, string Key, string Text)
{
    /// <summary>True for a value that the agent starts with, and that it fails at when it needs it.</summary>
    public bool FailsLater { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Text}";
}

/// <summary>A reason for which the agent does not start.</summary>
/// <param name="Place">The key, with the flow and file where that is needed; or the file.</param>
/// <param name="Key">The key alone; <c>syntax</c> where a file is no JSON object.</param>
/// <param name="Value">What the file has; null where it has nothing, or it must not be shown.</param>
/// <param name="Reason">Why it cannot be used, to follow the value.</param>
/// <param name="Fix">What to write instead, without a period.</param>
internal sealed record AgentProblem(string Place, string Key, string? Value, string Reason, string Fix);
