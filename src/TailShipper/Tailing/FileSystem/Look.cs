using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>A look at a path without opening it.</summary>
/// <param name="Sight">What was there.</param>
/// <param name="Stat">Meaningful for <see cref="Sight.File"/> only.</param>
/// <param name="Reason">For <see cref="Sight.Unavailable"/>: the system's words.</param>
internal readonly record struct Look(Sight Sight, FileStat Stat, string? Reason = null);
