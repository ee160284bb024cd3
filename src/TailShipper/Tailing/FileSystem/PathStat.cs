using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>A look at a path without opening it.</summary>
/// <param name="Status">What was there.</param>
/// <param name="Stat">Meaningful for <see cref="PathStatus.File"/> only.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the system's words.</param>
internal readonly record struct PathStat(PathStatus Status, FileStat Stat, string? Reason = null);
