using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>The calls of inotify(7), and which file systems report every write.</summary>
internal static partial class LinuxInotify
{
    /// <summary>ENOENT.</summary>
    public const int NoSuchEntry = 2;

    /// <summary>ENOTDIR.</summary>
    public const int NotADirectory = 20;

    // IN_CLOEXEC | IN_NONBLOCK.
    private const int Flags = 0x80000 | 0x800;
    private const int TooManyInstances = 24;
    private const int TooManyWatches = 28;

    // f_type of local file systems (statfs(2)), where no other machine writes: ext, xfs, btrfs, tmpfs, overlay, f2fs, zfs, bcachefs.
    private static readonly uint[] Local = [0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0xF2F52010, 0x2FC12FC1, 0xCA451A4E];

    /// <summary>A queue of events; null with the error when there may be no more.</summary>
    public static SafeFileHandle? TryCreate(out int error)
    {
        var descriptor = Init(Flags);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Watches a directory; its descriptor, or -1 with the error.</summary>
    public static int Add(SafeFileHandle queue, string directory, InotifyEvents wanted, out int error)
    {
        var descriptor = AddWatch(queue, directory, (uint)(wanted | InotifyEvents.OnlyDirectories));
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor;
    }

    /// <summary>Ends one watch.</summary>
    public static void Remove(SafeFileHandle queue, int descriptor) => _ = RemoveWatch(queue, descriptor);

    /// <summary>Takes whole events; 0 when there are none.</summary>
    public static int Read(SafeFileHandle queue, Span<byte> buffer) =>
        (int)Math.Max(0, ReadEvents(queue, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <summary>
    /// True where every write to a file in the directory is reported; on a network file system those of other machines are not.
    /// </summary>
    public static bool ReportsAllWrites(string directory) =>
        StatFileSystem(directory, out var raw) == 0 && Array.IndexOf(Local, (uint)raw.Type) >= 0;

    /// <summary>An error in words.</summary>
    public static string Message(int error) => error switch
    {
        TooManyWatches => "no inotify watch is left",
        TooManyInstances => "no inotify instance is left",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    /// <summary>What to do about an error.</summary>
    public static string Remedy(int error) => error switch
    {
        TooManyWatches => $"Raise fs.inotify.max_user_watches, now {Limit("max_user_watches")} (sysctl)",
        TooManyInstances => $"Raise fs.inotify.max_user_instances, now {Limit("max_user_instances")} (sysctl), or LimitNOFILE",
        _ => "Nothing is lost; files are found and read a little later",
    };

    private static string Limit(string name)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/fs/inotify/{name}").Trim();
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return "unknown";
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int AddWatch(
        SafeFileHandle queue, [MarshalUsing(typeof(LinuxPathMarshaller))] string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(SafeFileHandle queue, int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadEvents(SafeFileHandle queue, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true)]
    private static partial int StatFileSystem([MarshalUsing(typeof(LinuxPathMarshaller))] string path, out StatFsBuffer buffer);

    // struct statfs of 64-bit Linux begins with f_type; 120 bytes in all.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatFsBuffer
    {
        [FieldOffset(0)] public long Type;
    }
}

/// <summary>Event bits of inotify(7).</summary>
[Flags]
internal enum InotifyEvents : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>IN_MODIFY.</summary>
    Modified = 0x2,

    /// <summary>IN_CLOSE_WRITE.</summary>
    Closed = 0x8,

    /// <summary>IN_MOVED_FROM.</summary>
    MovedFrom = 0x40,

    /// <summary>IN_MOVED_TO.</summary>
    MovedTo = 0x80,

    /// <summary>IN_CREATE.</summary>
    Created = 0x100,

    /// <summary>IN_DELETE.</summary>
    Deleted = 0x200,

    /// <summary>IN_MOVE_SELF.</summary>
    SelfMoved = 0x800,

    /// <summary>The five above, IN_DELETE_SELF.</summary>
    Names = MovedFrom | MovedTo | Created | Deleted | SelfMoved | 0x400,

    /// <summary>IN_UNMOUNT.</summary>
    Unmounted = 0x2000,

    /// <summary>IN_Q_OVERFLOW.</summary>
    Overflow = 0x4000,

    /// <summary>IN_IGNORED: the watch is gone.</summary>
    Ignored = 0x8000,

    /// <summary>IN_ONLYDIR.</summary>
    OnlyDirectories = 0x0100_0000,

    /// <summary>IN_ISDIR.</summary>
    OfDirectory = 0x4000_0000,
}
