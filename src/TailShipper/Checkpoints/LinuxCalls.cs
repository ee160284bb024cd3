using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>The few system calls that .NET does not offer: open(2) without a lock, fdatasync(2), fsync(2) of a directory, flock(2).</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000; // the same on x64 and arm64, unlike O_DIRECTORY
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int InvalidArgument = 22;

    /// <summary>Opens for reading, whatever locks other processes hold.</summary>
    /// <exception cref="IOException">The reason in words, with errno as HResult.</exception>
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
    /// <exception cref="IOException">The reason in words, with errno as HResult.</exception>
    public static void SyncData(SafeFileHandle file, string path)
    {
        if (FileDataSync(file) != 0)
        {
            throw Failure("fdatasync", path);
        }
    }

    /// <summary>fsync(2) of a directory; file systems that cannot (EINVAL) order their names themselves.</summary>
    /// <exception cref="IOException">The reason in words, with errno as HResult.</exception>
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

    private static IOException Failure(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FileDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
