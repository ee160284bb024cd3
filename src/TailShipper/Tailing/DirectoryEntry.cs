namespace Shipper.TailShipper.Tailing;

/// <summary>One name in a directory.</summary>
/// <param name="Name">Without its directory.</param>
/// <param name="IsDirectory">Links to directories count as directories.</param>
internal readonly record struct DirectoryEntry(string Name, bool IsDirectory);
