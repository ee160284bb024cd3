using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// What each scan does for streams whose file is not where it was: searching, counting what is lost, forgetting what is finished.
/// </summary>
internal sealed class StreamRecovery(
    OrphanSearch orphans, LossReporter losses, DeletedFiles deleted, UnseenRotations unseen, StreamAssignment assignment,
    FinishedFiles finished) : ILongerCopies
{
    /// <summary>True when a search continues: the next scan should come soon.</summary>
    public bool IsSearching => orphans.IsUnderWay;

    /// <summary>True when the last search was for any stream.</summary>
    public bool HasOrphans => orphans.Any;

    /// <summary>True when there are files that are open and at none of the flow's paths: they may be deleted at any time.</summary>
    public bool IsWatchingDeleted => deleted.IsWatching;

    /// <summary>Paths that the last search could not read, with the OS error message.</summary>
    public IReadOnlyDictionary<string, string> Unreadable => orphans.Unavailable;

    /// <summary>Call before a scan is applied.</summary>
    public void Begin() => unseen.Begin();

    /// <summary>Searches for streams without a file. Call once every stream that is known by its inode has its file.</summary>
    public void Search(ScanSnapshot snapshot) => orphans.Search(snapshot, assignment.Continue, assignment.ContinueInArchive);

    /// <summary>Checks finished files for late lines; true when a stream changed. Call before a scan is applied.</summary>
    public bool CheckFinished(ScanSnapshot snapshot) => finished.Check(snapshot);

    /// <summary>True when there are files that no pattern names, and that each scan checks for late lines.</summary>
    public bool HasFinished => !finished.IsEmpty;

    /// <inheritdoc/>
    public bool HasOwnFile(TailedStream stream) => finished.IsThere(stream);

    /// <inheritdoc/>
    public bool MayBeElsewhere(TailedStream stream, long size) => orphans.MayBeElsewhere(stream, size);

    /// <summary>Call after all files of a scan have their streams.</summary>
    public void End(ScanSnapshot snapshot)
    {
        losses.Watch(orphans.TakeMissing(), orphans.WhyIncomplete, orphans.WhyUnseenAround);
        deleted.Watch(snapshot);
        unseen.Check(snapshot);
    }
}
