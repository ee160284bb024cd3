namespace Shipper.Foundation.Files;

/// <summary>
/// Whoever owns a directory can put a link in place of everything in it. So where root touches a directory that belongs to another
/// account, this thread has that account's rights to files, and no more, until this is disposed. Does nothing for other users.
/// </summary>
/// <remarks>
/// setfsuid(2) changes the calling thread only, and takes the capabilities that override permissions; being a ref struct, this
/// cannot be kept over an await, which might continue on another thread. New files belong to the account.
/// </remarks>
internal readonly ref struct DirectoryAccount
{
    private readonly FileOwner? _before;

    private DirectoryAccount(FileOwner before) => _before = before;

    /// <summary>Takes the rights of the owner of <paramref name="directory"/>, or of the nearest directory above that exists.</summary>
    public static DirectoryAccount Enter(string directory)
    {
        if (!OperatingSystem.IsLinux() || !LinuxCalls.IsRoot || OwnerOf(directory) is not { User: > 0 } owner)
        {
            return default;
        }

        return new DirectoryAccount(LinuxCalls.ActAs(owner.User, owner.Group));
    }

    /// <summary>Gives the rights back.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux() && _before is { } before)
        {
            LinuxCalls.ActAs(before.User, before.Group);
        }
    }

    /// <summary>
    /// Who decides what the name leads to: the owner of the link, where it is one of another than root; else that of the directory.
    /// </summary>
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static FileOwner? OwnerOf(string directory)
    {
        for (var path = Path.GetFullPath(directory); path is not null; path = Path.GetDirectoryName(path))
        {
            if (LinuxCalls.OwnerOf(path, followLinks: false) is { } named)
            {
                return named.User > 0 ? named : LinuxCalls.OwnerOf(path) ?? named;
            }
        }

        return null;
    }
}
