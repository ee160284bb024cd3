namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>The answer to a replay request.</summary>
internal sealed record ReplayAnswer
{
    /// <summary>True when it was carried out, even if no stream matched.</summary>
    public required bool IsDone { get; init; }

    /// <summary>The result, or why it was not carried out, for the person who asked.</summary>
    public required string Text { get; init; }

    /// <summary>The streams that were rewound.</summary>
    public IReadOnlyList<ReplayedStream> Streams { get; init; } = [];

    /// <summary>When it was answered, UTC; set by <see cref="ReplayRequests.Answer"/>.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A stream that was rewound.</summary>
/// <param name="Path">Its file.</param>
/// <param name="From">Offset at which delivery begins again, in bytes.</param>
/// <param name="To">Committed offset it had reached, in bytes.</param>
internal readonly record struct ReplayedStream(string Path, long From, long To);
