namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Why a path is or is not tailed. Its JSON form is what <c>explain --json</c> prints.</summary>
internal sealed record Explanation
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>True when a flow ships it, or would as soon as it runs; null when nobody can say.</summary>
    public required bool? Tailed { get; init; }

    /// <summary>The answer in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The file as it is now; null when it could not be looked at.</summary>
    public ExplainedFile? File { get; init; }

    /// <summary>Process id of the service that holds the state directory; null when none does.</summary>
    public int? ServicePid { get; init; }

    /// <summary>Every configured flow, in order.</summary>
    public required IReadOnlyList<ExplainedFlow> Flows { get; init; }

    /// <summary>What else is worth knowing, for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
