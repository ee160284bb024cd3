namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>What lies in a directory.</summary>
/// <param name="Status"><see cref="PathStatus.File"/> when it could be listed, else why not.</param>
/// <param name="Entries">The entries, unordered.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the system's words.</param>
internal readonly record struct Listing(PathStatus Status, IEnumerable<DirectoryEntry> Entries, string? Reason = null);
