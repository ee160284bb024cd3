namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>Gives the string that stands for a path already; null when none does. A directory of thousands of files need not be made of new strings each time.</summary>
internal delegate string? KnownPath(ReadOnlySpan<char> path);
