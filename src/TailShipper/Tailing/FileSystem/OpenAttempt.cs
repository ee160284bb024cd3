using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>The outcome of opening a path.</summary>
/// <param name="Status">What was there.</param>
/// <param name="File">The open file for <see cref="PathStatus.File"/>; the caller disposes of it.</param>
/// <param name="Stat">Taken from the open file.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the system's words.</param>
/// <param name="NoDescriptor">True when only a file descriptor was missing.</param>
internal readonly record struct OpenAttempt(PathStatus Status, ITailedFile? File, FileStat Stat, string? Reason = null, bool NoDescriptor = false);
