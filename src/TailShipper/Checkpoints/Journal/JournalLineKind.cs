namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The <c>kind</c> member of a line.</summary>
internal enum JournalLineKind
{
    /// <summary>Missing, or a word of a newer format.</summary>
    Unknown,

    /// <summary><see cref="JournalEntry.Commit"/>.</summary>
    Commit,

    /// <summary><see cref="JournalEntry.Full"/>.</summary>
    Full,

    /// <summary><see cref="JournalEntry.Forget"/>.</summary>
    Forget,

    /// <summary><see cref="JournalEntry.Header"/>.</summary>
    Header,

    /// <summary><see cref="JournalEntry.Footer"/>.</summary>
    Footer,
}
