using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Microsoft.Win32.SafeHandles;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// open(2), lseek(2) and statx(2): statx because its layout is the same on every architecture, and it has the birth time.
/// </summary>
internal static partial class LinuxFile
{
    /// <summary>
    /// O_RDONLY|O_NOCTTY|O_NONBLOCK|O_CLOEXEC, the same on x86-64 and arm64. O_NONBLOCK keeps a FIFO from
    /// blocking the scan and does nothing to a regular file.
    /// </summary>
    public const int OpenFlags = 0x100 | 0x800 | 0x80000;

    /// <summary>AT_FDCWD.</summary>
    public const int CurrentDirectory = -100;

    private const int AtEmptyPath = 0x1000;
    private const uint BasicStatsAndBirth = 0x7ff | BirthTime;
    private const uint BirthTime = 0x800;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int DirectoryFile = 0x4000;
    private const int LinkFile = 0xA000;
    private const int DoNotFollow = 0x100;
    private const int NoSuchEntry = 2;
    private const int NotADirectory = 20;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;
    private const int SeekData = 3;
    private const int NothingBehind = 6; // ENXIO
    private const int LongestPath = 4096; // PATH_MAX

    /// <summary>Looks at a path, links followed.</summary>
    public static PathStat Stat(string path)
    {
        if (Statx(CurrentDirectory, path, 0, BasicStatsAndBirth, out var raw) != 0)
        {
            var (status, reason) = Explain(Marshal.GetLastPInvokeError());
            return new PathStat(status, default, reason);
        }

        return IsRegular(raw) ? new PathStat(PathStatus.File, Convert(raw)) : new PathStat(PathStatus.NotAFile, default);
    }

    /// <summary>Opens a path for reading when it is a regular file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="flags">Further flags of open(2).</param>
    public static OpenAttempt Open(string path, int flags = 0)
    {
        var descriptor = OpenFile(path, OpenFlags | flags);
        return descriptor < 0 ? Failed(Marshal.GetLastPInvokeError()) : Opened(descriptor);
    }

    /// <summary>What an error of open(2) means for the path.</summary>
    public static OpenAttempt Failed(int error)
    {
        var (status, reason) = Explain(error);
        return new OpenAttempt(status, null, default, reason, error is TooManyInProcess or TooManyInSystem);
    }

    /// <summary>Takes an open descriptor when it is one of a regular file, else closes it.</summary>
    public static OpenAttempt Opened(int descriptor)
    {
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Statx(descriptor, "", AtEmptyPath, BasicStatsAndBirth, out var raw) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            return new OpenAttempt(PathStatus.Unavailable, null, default, Marshal.GetPInvokeErrorMessage(error));
        }

        if (!IsRegular(raw))
        {
            handle.Dispose();
            return new OpenAttempt(PathStatus.NotAFile, null, default);
        }

        return new OpenAttempt(PathStatus.File, new PlatformFile(handle, Stat, NextData), Convert(raw));
    }

    /// <summary>Stats a directory, links followed; the default stamp when none is there, null when it cannot be accessed.</summary>
    public static DirectoryStamp? Stamp(string path)
    {
        if (Statx(CurrentDirectory, path, 0, BasicStatsAndBirth, out var raw) != 0)
        {
            return Explain(Marshal.GetLastPInvokeError()).Status == PathStatus.Missing ? default(DirectoryStamp) : null;
        }

        var changed = Math.Max(Ticks(raw.ModifiedSeconds, raw.ModifiedNanoseconds), Ticks(raw.ChangedSeconds, raw.ChangedNanoseconds));
        return new DirectoryStamp(Convert(raw).Id, changed);
    }

    /// <summary>True for a directory, links followed.</summary>
    public static bool IsDirectory(string path) =>
        Statx(CurrentDirectory, path, 0, BasicStatsAndBirth, out var raw) == 0 && (raw.Mode & FileTypeMask) == DirectoryFile;

    /// <summary>True when the name itself is a link.</summary>
    public static bool IsLink(string path) =>
        Statx(CurrentDirectory, path, DoNotFollow, BasicStatsAndBirth, out var raw) == 0 && (raw.Mode & FileTypeMask) == LinkFile;

    /// <summary>The user whom what is at a path belongs to; null when nothing is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">True: what a link leads to, else the link.</param>
    public static uint? OwnerOf(string path, bool follow) =>
        Statx(CurrentDirectory, path, follow ? 0 : DoNotFollow, BasicStatsAndBirth, out var raw) == 0 ? raw.User : null;

    /// <summary>Who may do what with the file at a path, links followed; null when nothing is there.</summary>
    public static FileAccessRights? AccessOf(string path) =>
        Statx(CurrentDirectory, path, 0, BasicStatsAndBirth, out var raw) == 0 ? new(raw.User, raw.Group, raw.Mode) : null;

    /// <summary>Who may do what with an open file.</summary>
    public static FileAccessRights? AccessOf(SafeFileHandle handle) => WithDescriptor(handle, 0, static (descriptor, _) =>
        Statx(descriptor, "", AtEmptyPath, BasicStatsAndBirth, out var raw) == 0
            ? new FileAccessRights(raw.User, raw.Group, raw.Mode)
            : default(FileAccessRights?));

    /// <summary>What the link at a path says; null when there is none.</summary>
    public static string? LinkTarget(string path)
    {
        Span<byte> target = stackalloc byte[LongestPath];
        var length = ReadLink(path, target, target.Length);
        return length <= 0 || length == target.Length ? null : LinuxNames.Decode(target[..(int)length]);
    }

    /// <summary>Where an open file lies now, from proc(5); null when it has no name any more, or there is no /proc.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="evenDeleted">True: of a file without a name, where it was, with a remark behind it.</param>
    public static string? Locate(SafeFileHandle handle, bool evenDeleted = false)
    {
        var link = WithDescriptor(
            handle, 0, static (descriptor, _) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}"));
        return LinkTarget(link) is { } target && target.StartsWith('/')
            && (evenDeleted || !target.EndsWith(" (deleted)", StringComparison.Ordinal))
                ? target
                : null;
    }

    private static FileStat Stat(SafeFileHandle handle) => WithDescriptor(handle, 0, static (descriptor, _) =>
        Statx(descriptor, "", AtEmptyPath, BasicStatsAndBirth, out var raw) == 0
            ? Convert(raw)
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())));

    /// <summary>
    /// SEEK_DATA. It moves the position of the open file, which nothing uses: all reads are positioned. File systems without holes, and
    /// kernels without the call, say that everything is data.
    /// </summary>
    private static long NextData(SafeFileHandle handle, long offset) => WithDescriptor(handle, offset, static (descriptor, offset) =>
    {
        var found = Seek(descriptor, offset, SeekData);
        return found >= 0 ? found : Marshal.GetLastPInvokeError() == NothingBehind ? ITailedFile.NoData : offset;
    });

    private static T WithDescriptor<T>(SafeFileHandle handle, long argument, Func<int, long, T> use)
    {
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return use((int)handle.DangerousGetHandle(), argument);
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>What an error of open or stat means for the path.</summary>
    public static (PathStatus Status, string? Reason) Explain(int error) => error is NoSuchEntry or NotADirectory
        ? (PathStatus.Missing, null)
        : (PathStatus.Unavailable, Marshal.GetPInvokeErrorMessage(error));

    private static bool IsRegular(in StatxBuffer raw) => (raw.Mode & FileTypeMask) == RegularFile;

    private static FileStat Convert(in StatxBuffer raw) => new(
        new FileId(((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor, raw.Inode),
        (long)raw.Size,
        Ticks(raw.ModifiedSeconds, raw.ModifiedNanoseconds),
        (raw.Mask & BirthTime) != 0 ? Ticks(raw.BirthSeconds, raw.BirthNanoseconds) : 0,
        raw.Links,
        Ticks(raw.ChangedSeconds, raw.ChangedNanoseconds));

    private static long Ticks(long seconds, uint nanoseconds) =>
        DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile([MarshalUsing(typeof(LinuxPathMarshaller))] string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink([MarshalUsing(typeof(LinuxPathMarshaller))] string path, Span<byte> buffer, nint length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(
        int directory, [MarshalUsing(typeof(LinuxPathMarshaller))] string path, int flags, uint mask, out StatxBuffer buffer);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(80)] public long BirthSeconds;
        [FieldOffset(88)] public uint BirthNanoseconds;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
