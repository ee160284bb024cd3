using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Shipper.Foundation.Files;

/// <summary>The owner of a file.</summary>
/// <param name="User">Numeric user id.</param>
/// <param name="Group">Numeric group id.</param>
/// <param name="Mode">Permission and type bits, as <c>st_mode</c>.</param>
internal readonly record struct FileOwner(uint User, uint Group, uint Mode);

/// <summary>
/// The few system calls that .NET does not offer: open(2) without a lock, fdatasync(2), fsync(2) of a directory, flock(2).
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000; // the same on x64 and arm64, unlike O_DIRECTORY
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int InvalidArgument = 22;
    private const int AtCurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Opens for reading, whatever locks other processes hold.</summary>
    /// <exception cref="IOException">With the OS error message, and errno as HResult.</exception>
    public static SafeFileHandle OpenForReading(string path)
    {
        int descriptor;
        do
        {
            descriptor = Open(path, ReadOnly | CloseOnExec);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        return descriptor < 0 ? throw Failure("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

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
        using var directory = OpenForReading(path);
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

    /// <summary>The owner of a file or directory, links followed; null when it cannot be read.</summary>
    public static FileOwner? OwnerOf(string path) =>
        Statx(AtCurrentDirectory, path, 0, BasicStats, out var raw) == 0 ? new FileOwner(raw.User, raw.Group, raw.Mode) : null;

    /// <summary>
    /// Gives a file that root has just created in <paramref name="directory"/> to the directory's owner; does nothing for other users.
    /// </summary>
    /// <remarks>
    /// Without it the command line, run by root, would leave files that the service, under its own account, cannot read. Only ever
    /// by handle, and for a file that did not exist before: by path, the owner of the directory could put another file in its place.
    /// </remarks>
    public static void GiveToOwnerOf(string directory, SafeFileHandle created)
    {
        if (EffectiveUser() == 0 && OwnerOf(directory) is { } owner && (owner.User != 0 || owner.Group != 0))
        {
            // Where even root may not (a mount that maps users), the file stays root's, and the service reports that it cannot read it.
            _ = ChangeOwner(created, owner.User, owner.Group);
        }
    }

    private static IOException Failure(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

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
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
    }
}
