namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Where a checkpoint file stops being trustworthy.</summary>
/// <param name="File">Its name.</param>
/// <param name="Line">The first line that is not used, from 1.</param>
/// <param name="Reason">What is wrong with it, in words that follow "because".</param>
/// <param name="IsTorn">
/// True for a last line without its line feed: a write that a crash cut short, as expected, and never acknowledged to
/// anyone as durable. False for anything else, which a healthy disk does not do.
/// </param>
internal sealed record JournalDamage(string File, int Line, string Reason, bool IsTorn)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}: {Reason}";
}
