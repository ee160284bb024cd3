using System.Globalization;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>
/// Sees paths as the running service does: its unit may hide directories from it (a mount namespace), or show it others. On Linux, for
/// root and the service's own account.
/// </summary>
/// <param name="files">The disk.</param>
/// <param name="process">The service.</param>
/// <param name="proc">Where proc(5) is mounted.</param>
internal sealed class ServiceView(IFileSystem files, int process, string proc = "/proc")
{
    private readonly string _process = Path.Join(proc, process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the service has what is at <paramref name="path"/> here. Links are followed here, not there.</summary>
    public PathVisibility Check(string path)
    {
        if (!OperatingSystem.IsLinux() || files.Resolve(path) is not { } resolved)
        {
            return PathVisibility.Unknown;
        }

        var (own, its) = (Namespace(Path.Join(proc, "self")), Namespace(_process));
        if (own is not null && own == its)
        {
            return PathVisibility.Same;
        }

        var root = Path.Join(_process, "root");
        if (its is null || files.Stat(root + "/.").Status != PathStatus.NotAFile)
        {
            return PathVisibility.Unknown;
        }

        var (here, there) = (files.Stat(resolved), files.Stat(root + resolved));
        return (here.Status, there.Status) switch
        {
            (_, PathStatus.Missing) => PathVisibility.Hidden,
            (_, PathStatus.Unavailable) => IsHiddenAbove(root, resolved) ? PathVisibility.Hidden : PathVisibility.Unknown,
            (PathStatus.File, PathStatus.File) => here.Stat.Id == there.Stat.Id ? PathVisibility.Same : PathVisibility.Other,
            (PathStatus.NotAFile, PathStatus.NotAFile) => IsSameDirectory(resolved, root + resolved),
            _ => PathVisibility.Other,
        };
    }

    // What hides a directory may be one that nobody may search (ProtectHome=yes).
    private bool IsHiddenAbove(string root, string path)
    {
        for (var above = path; above is { Length: > 1 }; above = Path.GetDirectoryName(above))
        {
            if (files.Stamp(above) is { } here && files.Stamp(root + above) is { } there && here.Id != default && there.Id != default)
            {
                return here.Id != there.Id;
            }
        }

        return false;
    }

    private PathVisibility IsSameDirectory(string here, string there) =>
        files.Stamp(here) is not { } own || files.Stamp(there) is not { } its ? PathVisibility.Unknown
        : own.Id == its.Id ? PathVisibility.Same : PathVisibility.Other;

    private static string? Namespace(string process)
    {
        try
        {
            return new FileInfo(Path.Join(process, "ns", "mnt")).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>What the service has at a path.</summary>
internal enum PathVisibility
{
    /// <summary>It cannot be determined.</summary>
    Unknown,

    /// <summary>The same as here.</summary>
    Same,

    /// <summary>There is nothing.</summary>
    Hidden,

    /// <summary>Another file or directory is there.</summary>
    Other,
}

/// <summary>A path that the service does not see.</summary>
/// <param name="Text">Who does not see it, why, and what to do, as a sentence without its period.</param>
/// <param name="IsCertain">False when it is a rule of the unit, and the service does not run.</param>
internal sealed record HiddenPath(string Text, bool IsCertain)
{
    private const string Advice = "show it the directory by a drop-in (examples/more-files.conf), and restart the service";

    /// <summary>
    /// Checks the path in the mount namespace of the running service or, while none runs, against the rules of its unit; null when nothing
    /// is known to hide it.
    /// </summary>
    /// <param name="path">A path that is there for this user.</param>
    /// <param name="files">The disk.</param>
    /// <param name="service">Process id of the running service, or null.</param>
    /// <param name="unit">The rules of the unit.</param>
    public static HiddenPath? Of(string path, IFileSystem files, int? service, UnitRules unit)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var hiding = unit.Hiding(files.Resolve(path) ?? path);
        if (service is not { } process)
        {
            return hiding is { } rule
                ? new HiddenPath(
                    $"under its systemd unit the service does not see {path}: the unit hides {rule.Directory} from it ({rule.Setting}); "
                    + Advice, IsCertain: false)
                : null;
        }

        var why = hiding is { } setting ? $"its unit hides {setting.Directory} ({setting.Setting})" : "it is in another mount namespace";
        return new ServiceView(files, process).Check(path) switch
        {
            PathVisibility.Hidden => new HiddenPath(
                $"the service (process {process}) does not see {path}: {why}; {Advice}", IsCertain: true),
            PathVisibility.Other => new HiddenPath(
                $"the service (process {process}) sees something else at {path}: {why}; {Advice}", IsCertain: true),
            _ => null,
        };
    }
}
