using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>What to do with a file of which it cannot be said how far the agent shipped it.</summary>
internal enum UnverifiedChoice
{
    /// <summary>Nothing is chosen: the import is refused, and names the files.</summary>
    None,

    /// <summary>From its first byte: what the agent shipped of it comes twice.</summary>
    Start,

    /// <summary>From the end of its last line as of now: what the agent did not ship is never shipped.</summary>
    End,

    /// <summary>From the row's offset all the same; a file without a row from its first byte.</summary>
    Offset,
}

/// <summary>Where shipping of one file goes on.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Stat">Taken from the open file.</param>
/// <param name="IsNamed">True where a pattern of the flow names it; false for one that was rotated to another name.</param>
/// <param name="Committed">The offset that becomes the committed one; null while it must be chosen.</param>
/// <param name="Head">Fingerprint of its first bytes.</param>
/// <param name="Tail">Fingerprint of the bytes before the offset.</param>
/// <param name="Text">What is known of it, for people.</param>
internal sealed record StreamPlan(
    string Path, FileStat Stat, bool IsNamed, long? Committed, Fingerprint Head, Fingerprint Tail, string Text)
{
    /// <summary>True where the row fits the file, or the file is sure to be new.</summary>
    public bool IsVerified { get; init; }
}

/// <summary>What becomes of the checkpoints of one flow.</summary>
/// <param name="Flow">Our name of the flow.</param>
/// <param name="Streams">Its files.</param>
/// <param name="Gone">What is said of rows whose files are nowhere.</param>
/// <param name="HasRows">False where the agent has no checkpoint of the flow: then InitialPosition decides, as for the agent.</param>
internal sealed record FlowPlan(string Flow, IReadOnlyList<StreamPlan> Streams, IReadOnlyList<string> Gone, bool HasRows);
