using System.Globalization;
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

    /// <summary>
    /// For another account, by owner, group and mode (access control lists are not considered); null when nothing is denied.
    /// </summary>
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
            return true; // not there, or cannot be accessed: reported elsewhere
        }

        var shift = owner.User == account.User ? 0 : account.Groups.Contains(owner.Group) ? 3 : 6;
        return (owner.Mode & ((uint)ofUser >> shift)) != 0;
    }

    private static string Describe(string path) => OperatingSystem.IsLinux() && LinuxCalls.OwnerOf(path) is { } owner
        ? $"owner {owner.User}, group {owner.Group}, mode 0{Convert.ToString(owner.Mode & 0xFFF, 8)}"
        : "no longer there";
}

/// <summary>The account that the service runs as, or would: that of its process, else the owner of its state directory.</summary>
/// <param name="User">Its numeric id.</param>
/// <param name="Groups">Its numeric group ids.</param>
/// <param name="ReadsAll">True for root and for a process with CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH.</param>
internal sealed record ServiceAccount(uint User, IReadOnlyList<uint> Groups, bool ReadsAll)
{
    // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of capability.h.
    private const ulong ReadingCapabilities = (1 << 1) | (1 << 2);

    /// <summary>Its name where there is one, else its number.</summary>
    public string Name => NameOf(User) ?? User.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The account of the process that holds the state directory, else of the directory's owner; null where it cannot be determined.
    /// </summary>
    public static ServiceAccount? Of(string stateDirectory, int? process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return process is { } id ? OfProcess(File.ReadAllLines($"/proc/{id}/status")) : OfOwner(stateDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads <c>/proc/PID/status</c>; effective ids count.</summary>
    internal static ServiceAccount OfProcess(IReadOnlyList<string> status)
    {
        string[] Values(string name) =>
            status.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..]
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);
        var user = Number(Values("Uid")[1]);
        var capabilities = Values("CapEff") is [var text] ? ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0;
        return new ServiceAccount(
            user, [Number(Values("Gid")[1]), .. Values("Groups").Select(Number)], (capabilities & ReadingCapabilities) != 0);
    }

    private static ServiceAccount? OfOwner(string stateDirectory)
    {
        if (!OperatingSystem.IsLinux() || LinuxCalls.OwnerOf(stateDirectory) is not { } owner)
        {
            return null;
        }

        var name = NameOf(owner.User);
        var groups = File.ReadLines("/etc/group").Select(line => line.Split(':'))
            .Where(group => group.Length > 3 && group[3].Split(',').Contains(name))
            .Select(group => uint.Parse(group[2], CultureInfo.InvariantCulture));
        return new ServiceAccount(owner.User, [owner.Group, .. groups], owner.User == 0);
    }

    private static string? NameOf(uint user) => !File.Exists("/etc/passwd") ? null : File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .FirstOrDefault(entry => entry.Length > 2 && entry[2] == user.ToString(CultureInfo.InvariantCulture))?[0];
}
