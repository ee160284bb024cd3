using System.Globalization;
using System.Runtime.Versioning;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>
/// Root takes a configuration that it was not told to take only if nobody else could have written it, or put it there: whoever writes one
/// decides which files root's commands open and where they send.
/// </summary>
internal static class RootsFiles
{
    private const uint WritableByGroup = 0x10; // S_IWGRP
    private const uint WritableByOthers = 0x2; // S_IWOTH
    private const uint Sticky = 0x200; // S_ISVTX: in such a directory only the owner renames a file

    /// <summary>Adds a problem for each file that somebody else than root can write or replace. On Linux, for root.</summary>
    public static void Check(IEnumerable<string> files, ConfigurationProblems problems)
    {
        if (!OperatingSystem.IsLinux() || !LinuxCalls.IsRoot)
        {
            return;
        }

        foreach (var file in files)
        {
            if (Doubt(file) is { } doubt)
            {
                problems.AddMissing(
                    "--config", file, $"{doubt}, and root takes only files that root owns and nobody else can write or replace",
                    $"Give it to root (chown root, chmod go-w), or name it: --config {file}");
            }
        }
    }

    /// <summary>What lets others write or replace a file, by its name or by what that leads to; null when nothing does.</summary>
    [SupportedOSPlatform("linux")]
    internal static string? Doubt(string file)
    {
        var named = Path.GetFullPath(file);
        return DoubtOf(named) ?? (new PhysicalFileSystem().Resolve(named) is { } resolved && resolved != named ? DoubtOf(resolved) : null);
    }

    [SupportedOSPlatform("linux")]
    private static string? DoubtOf(string file)
    {
        for (var path = file; path is not null; path = Path.GetDirectoryName(path))
        {
            if (LinuxCalls.OwnerOf(path, followLinks: false) is not { } owner)
            {
                continue; // missing, or out of reach: whoever reads it says so
            }

            if (owner.User != 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{path} belongs to user {owner.User}");
            }

            if (!owner.IsLink && IsWritableByOthers(owner, isFile: path == file))
            {
                return $"{path} can be written by others than root (mode 0{Convert.ToString(owner.Mode & 0xFFF, 8)})";
            }
        }

        return null;
    }

    private static bool IsWritableByOthers(FileOwner owner, bool isFile) =>
        ((owner.Mode & WritableByOthers) != 0 || ((owner.Mode & WritableByGroup) != 0 && owner.Group != 0))
        && (isFile || (owner.Mode & Sticky) == 0);
}
