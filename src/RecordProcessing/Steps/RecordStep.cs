using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>One step of a chain.</summary>
/// <param name="count">What it did.</param>
/// <param name="unmatched">What happens to a record that it cannot convert.</param>
internal abstract class RecordStep(ProcessingCount count, UnmatchedRule unmatched)
{
    /// <summary>What it did; the chain counts, except <see cref="ProcessingCount.InvalidText"/>.</summary>
    public ProcessingCount Count { get; } = count;

    /// <summary>What happens to a record that it cannot convert.</summary>
    public UnmatchedRule Unmatched { get; } = unmatched;

    /// <summary>Why a record was not converted, or was left out: a constant text.</summary>
    public abstract string Reason { get; }

    /// <summary>True when the same bytes give the same result at any time.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>True when it reads names from a file's first line.</summary>
    public virtual bool NeedsHeader => false;

    /// <summary>True for the agent's ADDBRACKETS: as the first step it empties what is sent after an error.</summary>
    public virtual bool EmptiesRecord => false;

    /// <summary>The members that it gives a record; empty for a step that gives none.</summary>
    public virtual IReadOnlyList<string> MemberNames => [];

    /// <summary>Converts one record.</summary>
    /// <param name="record">What the step before made of it.</param>
    /// <param name="origin">Where it was read.</param>
    /// <param name="shape">What is known of the bytes; the step says what is known of its result.</param>
    /// <param name="output">Empty; gets the result with <see cref="StepResult.Changed"/>.</param>
    public abstract StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output);
}

/// <summary>What a step did with a record.</summary>
internal enum StepResult
{
    /// <summary>The result is in the output.</summary>
    Changed,

    /// <summary>The record is right as it is.</summary>
    Unchanged,

    /// <summary>It is left out.</summary>
    Filtered,

    /// <summary>The step cannot convert it.</summary>
    Unmatched,

    /// <summary>The agent's converter would have thrown.</summary>
    Failed,
}

/// <summary>What is known of a record's bytes.</summary>
internal enum RecordShape
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>They are a JSON object, not empty, whose members are those that the steps before have added, and a newline.</summary>
    KnownObject,
}
