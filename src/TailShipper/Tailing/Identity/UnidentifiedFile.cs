using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>An open file whose inode belongs to no known stream.</summary>
internal readonly record struct UnidentifiedFile(string Path, ITailedFile File, FileStat Stat);
