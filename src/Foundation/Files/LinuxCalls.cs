using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Shipper.Foundation.Files;

/// <summary>The owner of a file.</summary>
/// <param name="User">Numeric user id.</param>
/// <param name="Group">Numeric group id.</param>
/// <param name="Mode">Permission and type bits, as <c>st_mode</c>.</param>
/// <param name="Links">How many names the file has.</param>
internal readonly record struct FileOwner(uint User, uint Group, uint Mode, uint Links = 1)
{
    private const uint TypeMask = 0xF000;
    private const uint Regular = 0x8000;
    private const uint Link = 0xA000;

    /// <summary>True for a file that is no directory, link, pipe, socket or device.</summary>
    public bool IsRegular => (Mode & TypeMask) == Regular;

    /// <summary>True for a symbolic link, whose mode says nothing.</summary>
    public bool IsLink => (Mode & TypeMask) == Link;
}

/// <summary>
/// The few system calls that .NET does not offer: open(2) without a lock or a link, fdatasync(2), fsync(2) of a directory, flock(2),
/// setfsuid(2).
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int ReadWrite = 2;
    private const int WriteOnly = 1;
    private const int CloseOnExec = 0x80000; // the same on x64 and arm64, unlike O_NOFOLLOW
    private const int WithoutWaiting = 0x800; // a pipe without a writer would block; nothing changes for a regular file
    private const int NoTerminal = 0x100;
    private const int NoEntry = 2;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int TooManyLinks = 40;
    private const int AtEmptyPath = 0x1000;
    private const int AtLinkItself = 0x100;
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int InvalidArgument = 22;
    private const int AtCurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int MayWriteAndSearch = 2 | 1; // W_OK | X_OK
    private const int WithEffectiveUser = 0x200; // AT_EACCESS

    // f_type of proc, sysfs, cgroup2, cgroup (linux/magic.h).
    private static readonly long[] KernelFileSystems = [0x9fa0, 0x62656572, 0x63677270, 0x27e0eb];

    /// <summary>O_NOFOLLOW.</summary>
    public static readonly int DoNotFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>True for a process with all rights.</summary>
    public static bool IsRoot { get; } = EffectiveUser() == 0;

    /// <summary>Opens what exists, whatever locks other processes hold, without waiting for anything.</summary>
    /// <param name="path">The file.</param>
    /// <param name="access">For what.</param>
    /// <param name="followLinks">False: a link is refused.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    /// <exception cref="IOException">With the OS error message, and errno as HResult.</exception>
    public static SafeFileHandle Open(string path, FileAccess access, bool followLinks)
    {
        var flags = CloseOnExec | WithoutWaiting | NoTerminal | (followLinks ? 0 : DoNotFollow)
            | (access == FileAccess.ReadWrite ? ReadWrite : access == FileAccess.Write ? WriteOnly : 0);
        var descriptor = OpenUninterrupted(path, flags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw (Marshal.GetLastPInvokeError() switch
        {
            NoEntry when Path.GetDirectoryName(path) is { } parent && !Path.Exists(parent) =>
                new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
            NoEntry => new FileNotFoundException($"Could not find file '{path}'.", path),
            NotPermitted or AccessDenied => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            TooManyLinks when !followLinks => new ForeignFileException($"'{path}' is a symbolic link. Remove it"),
            _ => Failure("open", path),
        });
    }

    /// <summary>The owner and type of an open file.</summary>
    /// <exception cref="IOException">With the OS error message, and errno as HResult.</exception>
    public static FileOwner OwnerOf(SafeFileHandle file, string path)
    {
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return Statx((int)file.DangerousGetHandle(), "", AtEmptyPath, BasicStats, out var raw) == 0
                ? OwnerIn(raw)
                : throw Failure("statx", path);
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>Gives this thread the rights to files of another user, if it may; what it had before.</summary>
    /// <remarks>setfsuid(2) and setfsgid(2) change the thread, not the process, and have no error: they return what was before.</remarks>
    public static FileOwner ActAs(uint user, uint group)
    {
        // Root's capability to choose a group does not depend on the user for files, so the order does not matter.
        var groupBefore = (uint)SetFileSystemGroup(group);
        return new FileOwner((uint)SetFileSystemUser(user), groupBefore, 0);
    }

    /// <summary>The user whose rights to files this thread has.</summary>
    public static uint FileSystemUser() => (uint)SetFileSystemUser(uint.MaxValue); // no user has that number: nothing changes

    /// <summary>fdatasync(2): data, and the size needed to read it back.</summary>
    /// <exception cref="IOException">With the OS error message, and errno as HResult.</exception>
    public static void SyncData(SafeFileHandle file, string path)
    {
        if (FileDataSync(file) != 0)
        {
            throw Failure("fdatasync", path);
        }
    }

    /// <summary>fsync(2) of a directory; file systems that cannot (EINVAL) order their names themselves.</summary>
    /// <exception cref="IOException">With the OS error message, and errno as HResult.</exception>
    public static void SyncDirectory(string path)
    {
        var descriptor = OpenUninterrupted(path, CloseOnExec);
        using var directory = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
        if (FileSync(directory) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
        {
            throw Failure("fsync", path);
        }
    }

    /// <summary>flock(2), exclusive, without waiting; false when another open file holds it.</summary>
    /// <exception cref="IOException">The file system has no locks, for example.</exception>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        while (Lock(file, ExclusiveWithoutWaiting) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case WouldBlock:
                    return false;
                default:
                    throw Failure("flock", path);
            }
        }

        return true;
    }

    /// <summary>The owner of a file, directory or, unless it is followed, link; null when it cannot be read.</summary>
    public static FileOwner? OwnerOf(string path, bool followLinks = true) =>
        Statx(AtCurrentDirectory, path, followLinks ? 0 : AtLinkItself, BasicStats, out var raw) == 0 ? OwnerIn(raw) : null;

    /// <summary>
    /// Gives a file that root has just created in <paramref name="directory"/> to the directory's owner; does nothing for other users.
    /// </summary>
    /// <remarks>
    /// Without it the command line, run by root, would leave files that the service, under its own account, cannot read. Only ever
    /// by handle, and for a file that did not exist before: by path, the owner of the directory could put another file in its place.
    /// </remarks>
    public static void GiveToOwnerOf(string directory, SafeFileHandle created)
    {
        if (IsRoot && OwnerOf(directory) is { } owner && (owner.User != 0 || owner.Group != 0))
        {
            // Where even root may not (a mount that maps users), the file stays root's, and the service reports that it cannot read it.
            _ = ChangeOwner(created, owner.User, owner.Group);
        }
    }

    private static int OpenUninterrupted(string path, int flags)
    {
        int descriptor;
        do
        {
            descriptor = Open(path, flags);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        return descriptor;
    }

    private static FileOwner OwnerIn(in StatxBuffer raw) => new(raw.User, raw.Group, raw.Mode, raw.Links);

    private static IOException Failure(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }

    /// <summary>
    /// True when this process may create files in a directory (faccessat(2) with its effective user). Nothing is created; a file system
    /// that is mounted read-only refuses root, too.
    /// </summary>
    public static bool MayCreateIn(string directory) => Access(AtCurrentDirectory, directory, MayWriteAndSearch, WithEffectiveUser) == 0;

    /// <summary>
    /// True in a file system that the kernel makes up, where nobody can create a file, whatever the permissions say: proc, sysfs,
    /// cgroup (statfs(2)).
    /// </summary>
    public static bool IsMadeByKernel(string directory) =>
        StatFileSystem(directory, out var buffer) == 0 && KernelFileSystems.Contains(buffer.Type);

    /// <summary>The user that the process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(int directory, string path, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatFileSystem(string path, out StatFsBuffer buffer);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetFileSystemGroup(uint group);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FileDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
    }

    // struct statfs of 64-bit Linux begins with f_type; 120 bytes in all.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatFsBuffer
    {
        [FieldOffset(0)] public long Type;
    }
}
