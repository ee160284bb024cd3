namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>What lies in a directory under one name.</summary>
/// <param name="Path">The directory as it was given, a slash unless it ends with one, and the name.</param>
/// <param name="IsDirectory">Links to directories count as directories.</param>
/// <param name="IsLink">True for a symbolic link, whatever it leads to.</param>
internal readonly record struct DirectoryEntry(string Path, bool IsDirectory, bool IsLink = false)
{
    /// <summary>The name alone.</summary>
    public ReadOnlySpan<char> Name => System.IO.Path.GetFileName(Path.AsSpan());

    /// <inheritdoc/>
    public override string ToString() => Path;
}
