using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// Opens files of directory trees that others may write to: with openat2(2) (Linux 5.6) below a descriptor of the root, else what was
/// opened is judged by where it lies (proc(5)). Both hold whatever is replaced by a link meanwhile.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxTree
{
    private const int PathOnly = 0x200000 | 0x80000; // O_PATH|O_CLOEXEC

    private const ulong NoMagicLinks = 0x02;
    private const ulong NoLinks = 0x04;
    private const ulong Beneath = 0x08;
    private const int OpenAt2 = 437;

    private const int AccessDenied = 13;

    private const uint OthersMayRead = 0x4; // S_IROTH
    private const uint GroupMayRead = 0x20; // S_IRGRP

    // As many links as Linux follows in one path.
    private const int MostLinks = 40;

    // O_DIRECTORY.
    private static readonly int OnlyDirectory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>Opens a regular file that lies in one of <paramref name="trees"/>; of none, one whose last name is no link.</summary>
    public static OpenAttempt Open(IReadOnlyList<PatternTree> trees, string path)
    {
        if (trees.Count == 0)
        {
            return LinuxFile.Open(path, LinuxCalls.DoNotFollow);
        }

        var descriptor = OpenBeneath(trees[0], path, out var error);
        if (descriptor >= 0)
        {
            return Judge(LinuxFile.Opened(descriptor), path);
        }

        var failed = LinuxFile.Failed(error);
        if (failed.Status == PathStatus.Missing || failed.NoDescriptor || error == AccessDenied)
        {
            return failed;
        }

        // An older kernel, a filter of system calls, a link with an absolute path, another tree of the flow.
        var attempt = LinuxFile.Open(path);
        return attempt.File is not { } file || (LinuxFile.Locate(((PlatformFile)file).Handle, evenDeleted: true) is { } real
            && trees.Any(tree => tree.Holds(real)))
                ? Judge(attempt, path)
                : Refuse(attempt, "it leads out of the directory tree of its pattern, and FollowLinks is false");
    }

    /// <summary>Where a directory's path leads, each link on the way judged by its owner; null when it leads nowhere.</summary>
    public static DirectoryWay? WayTo(string directory)
    {
        if (LinuxDirectory.Resolve(directory) is not { } real || LinuxFile.OwnerOf(real, follow: true) is not { } owner)
        {
            return null;
        }

        string? strange = null;
        var hasLinks = false;
        var (links, walked) = (0, "");
        var left = new Stack<string>(Names(directory));
        while (left.TryPop(out var name) && links < MostLinks)
        {
            if (name == "..")
            {
                walked = walked[..Math.Max(0, walked.LastIndexOf('/'))];
                continue;
            }

            var path = $"{walked}/{name}";
            if (LinuxFile.LinkTarget(path) is not { } target)
            {
                walked = path;
                continue;
            }

            links++;
            hasLinks = true;
            if (LinuxFile.OwnerOf(path, follow: false) is { } maker && !IsTrusted(maker) && LinuxFile.OwnerOf(path, follow: true) != maker)
            {
                strange ??= path;
            }

            walked = target.StartsWith('/') ? "" : walked;
            foreach (var part in Names(target))
            {
                left.Push(part);
            }
        }

        return new DirectoryWay(real, hasLinks, owner, IsTrusted(owner), strange);
    }

    private static IEnumerable<string> Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").Reverse();

    private static bool IsTrusted(uint user) => user == 0 || user == LinuxCalls.EffectiveUser();

    private static int OpenBeneath(PatternTree tree, string path, out int error)
    {
        // The root is known by a path without links; whoever replaced a part of it by a link meanwhile gets an error here.
        using var root = new SafeFileHandle(
            OpenHow(LinuxFile.CurrentDirectory, tree.Real, PathOnly | OnlyDirectory, NoLinks, out error),
            ownsHandle: true);
        if (root.IsInvalid)
        {
            return -1;
        }

        var below = path.AsSpan(tree.Path.Length).TrimStart('/').ToString();
        return OpenHow((int)root.DangerousGetHandle(), below, LinuxFile.OpenFlags, Beneath | NoMagicLinks, out error);
    }

    private static int OpenHow(int directory, string path, int flags, ulong resolve, out int error)
    {
        var how = new OpenHowArguments { Flags = (ulong)flags, Resolve = resolve };
        var descriptor = (int)SystemCall(OpenAt2, directory, path, ref how, (nuint)Marshal.SizeOf<OpenHowArguments>());
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor;
    }

    /// <summary>
    /// Refuses a second name of a file that the directory's owner may not read: whoever may write to a directory can put links there to
    /// files of others where the system lets him (fs.protected_hardlinks = 0).
    /// </summary>
    private static OpenAttempt Judge(OpenAttempt attempt, string path)
    {
        if (attempt.File is not { } file || attempt.Stat.Links < 2
            || LinuxFile.AccessOf(((PlatformFile)file).Handle) is not { } access
            || LinuxFile.AccessOf(Path.GetDirectoryName(path) ?? "/") is not { } directory
            || IsTrusted(directory.User) || access.User == directory.User || (access.Mode & OthersMayRead) != 0
            || ((access.Mode & GroupMayRead) != 0 && access.Group == directory.Group))
        {
            return attempt;
        }

        return Refuse(
            attempt,
            $"it is a second name of a file of user {access.User}, which user {directory.User}, the owner of its directory, may not read");
    }

    private static OpenAttempt Refuse(OpenAttempt attempt, string reason)
    {
        attempt.File?.Dispose();
        return new OpenAttempt(PathStatus.Unavailable, null, default, reason);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(
        nint number, nint directory, [MarshalUsing(typeof(LinuxPathMarshaller))] string path, ref OpenHowArguments how, nuint size);

    // struct open_how of linux/openat2.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHowArguments
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}

/// <summary>Who may do what with a file.</summary>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
/// <param name="Mode">Its mode (inode(7)).</param>
internal readonly record struct FileAccessRights(uint User, uint Group, ushort Mode);
