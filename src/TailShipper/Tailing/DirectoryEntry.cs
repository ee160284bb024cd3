namespace Shipper.TailShipper.Tailing;

/// <summary>One name in a directory.</summary>
/// <param name="Name">Without its directory.</param>
/// <param name="IsDirectory">Links to directories count as directories.</param>
/// <param name="IsLink">True for a symbolic link, whatever it leads to.</param>
internal readonly record struct DirectoryEntry(string Name, bool IsDirectory, bool IsLink = false);
