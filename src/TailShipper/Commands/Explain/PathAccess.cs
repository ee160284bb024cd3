using Shipper.Foundation.Files;
using Shipper.TailShipper.Tailing.FileSystem;


namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Which part of a path keeps a reader out.</summary>
internal static class PathAccess
{
    /// <summary>For this user, by trying: the directory that cannot be searched, or the file itself; null when nothing is denied.</summary>
    public static string? Denied(IFileSystem files, string path)
    {
        foreach (var directory in DirectoriesAbove(path))
        {
            if (files.Stat(directory.TrimEnd('/') + "/.") is { Status: PathStatus.Unavailable } found)
            {
                return $"directory {directory} cannot be searched by {Environment.UserName} ({found.Reason})";
            }
        }

        var attempt = files.Open(path);
        attempt.File?.Dispose();
        return attempt.Status == PathStatus.Unavailable ? $"{path} cannot be read by {Environment.UserName} ({attempt.Reason})" : null;
    }

    /// <summary>For another account, by owner, group and mode (access control lists are not looked at); null when nothing is denied.</summary>
    public static string? Denied(ServiceAccount account, string path)
    {
        if (account.ReadsAll || !OperatingSystem.IsLinux())
        {
            return null;
        }

        foreach (var directory in DirectoriesAbove(path))
        {
            if (!IsAllowed(account, directory, UnixFileMode.UserExecute))
            {
                return $"directory {directory} cannot be searched by {account.Name}, the service's account ({Describe(directory)})";
            }
        }

        return IsAllowed(account, path, UnixFileMode.UserRead) ? null
            : $"{path} cannot be read by {account.Name}, the service's account ({Describe(path)})";
    }

    private static IEnumerable<string> DirectoriesAbove(string path)
    {
        var above = new Stack<string>();
        for (var directory = Path.GetDirectoryName(path); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            above.Push(directory);
        }

        return above;
    }

    private static bool IsAllowed(ServiceAccount account, string path, UnixFileMode ofUser)
    {
        if (!OperatingSystem.IsLinux() || LinuxCalls.OwnerOf(path) is not { } owner)
        {
            return true; // not there, or not to be looked at: someone else says so
        }

        var shift = owner.User == account.User ? 0 : account.Groups.Contains(owner.Group) ? 3 : 6;
        return (owner.Mode & ((uint)ofUser >> shift)) != 0;
    }

    private static string Describe(string path) => OperatingSystem.IsLinux() && LinuxCalls.OwnerOf(path) is { } owner
        ? $"owner {owner.User}, group {owner.Group}, mode 0{Convert.ToString(owner.Mode & 0xFFF, 8)}"
        : "no longer there";
}
