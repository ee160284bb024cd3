namespace Shipper.ChangeCapture;

/// <summary>What becomes of a record: the three results of Firehose's data transformation.</summary>
internal enum ChangeResult
{
    /// <summary>It is a change.</summary>
    Ok,

    /// <summary>It is left out on purpose.</summary>
    Dropped,

    /// <summary>It should be a change and cannot be read as one.</summary>
    ProcessingFailed,
}

/// <summary>What became of a record.</summary>
/// <param name="Result">The result.</param>
/// <param name="Change">The change; null if it is none.</param>
/// <param name="Reason">Why it is none: a word with underscores; empty if it is one.</param>
/// <param name="Detail">Which attribute, and what it has; empty if nothing is to be said.</param>
internal readonly record struct ChangeOutcome(ChangeResult Result, OrderChange? Change, string Reason, string Detail)
{
    /// <summary>A change.</summary>
    public static ChangeOutcome Of(OrderChange change) => new(ChangeResult.Ok, change, "", "");

    /// <summary>Left out.</summary>
    public static ChangeOutcome Drop(string reason, string detail = "") => new(ChangeResult.Dropped, null, reason, detail);

    /// <summary>Not readable.</summary>
    public static ChangeOutcome Fail(string reason, string detail = "") => new(ChangeResult.ProcessingFailed, null, reason, detail);
}
