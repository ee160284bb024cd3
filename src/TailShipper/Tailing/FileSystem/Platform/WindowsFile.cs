using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>Handles shared for read, write and delete, so that a writer can rename and delete; identity from FILE_ID_INFO.</summary>
internal static partial class WindowsFile
{
    private const int FileBasicInfoClass = 0;
    private const int FileStandardInfoClass = 1;
    private const int FileIdInfoClass = 18;
    private const uint BackupSemantics = 0x02000000; // FILE_FLAG_BACKUP_SEMANTICS: directories are opened, too
    private const int LongestPath = 32_768;

    /// <summary>Stats a path by opening it for a moment: Windows has the file id of an open handle only.</summary>
    public static PathStat Stat(string path)
    {
        var attempt = Open(path);
        attempt.File?.Dispose();
        return new PathStat(attempt.Status, attempt.Stat, attempt.Reason);
    }

    /// <summary>Opens a path for reading when it is a file.</summary>
    public static OpenAttempt Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (Directory.Exists(path))
            {
                return new OpenAttempt(PathStatus.NotAFile, null, default);
            }

            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new OpenAttempt(PathStatus.File, new PlatformFile(handle, Stat), Stat(handle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new OpenAttempt(PathStatus.Missing, null, default);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            handle?.Dispose();
            return new OpenAttempt(PathStatus.Unavailable, null, default, exception.Message);
        }
    }

    /// <summary>
    /// Opens a file that lies in one of <paramref name="trees"/>, by the final path of what was opened; of none, one that is no reparse
    /// point. Where the system does not tell final paths, none is judged.
    /// </summary>
    public static OpenAttempt OpenWithin(IReadOnlyList<PatternTree> trees, string path)
    {
        var attempt = Open(path);
        if (attempt.File is not PlatformFile file || FinalPath(file.Handle) is not { } real)
        {
            return attempt;
        }

        var isWithin = trees.Count == 0
            ? new FileInfo(path).LinkTarget is null
            : trees.Any(tree => tree.Holds(real, StringComparison.OrdinalIgnoreCase));
        if (isWithin)
        {
            return attempt;
        }

        file.Dispose();
        return new OpenAttempt(
            PathStatus.Unavailable, null, default, "it leads out of the directory tree of its pattern, and FollowLinks is false");
    }

    /// <summary>Where a directory's path leads; null when it leads nowhere. Owners are not known by number here.</summary>
    public static DirectoryWay? WayTo(string directory)
    {
        using var handle = CreateFile(
            directory, 0, FileShare.ReadWrite | FileShare.Delete, 0, FileMode.Open, BackupSemantics, 0);
        if (handle.IsInvalid || FinalPath(handle) is not { } real)
        {
            return null;
        }

        var hasLinks = false;
        for (var above = Path.GetFullPath(directory); above is { Length: > 3 }; above = Path.GetDirectoryName(above))
        {
            hasLinks |= new DirectoryInfo(above).LinkTarget is not null;
        }

        return new DirectoryWay(real, hasLinks, Owner: 0, IsOwnerTrusted: true);
    }

    private static string? FinalPath(SafeFileHandle handle)
    {
        var path = new byte[LongestPath * sizeof(char)];
        var length = GetFinalPathNameByHandle(handle, path, LongestPath, 0);
        return length is 0 or >= LongestPath
            ? null
            : MemoryMarshal.Cast<byte, char>(path)[..(int)length].ToString().Replace('\\', '/');
    }

    private static FileStat Stat(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        var times = Times(handle);
        return new FileStat(
            Identify(handle),
            RandomAccess.GetLength(handle),
            DateTime.FromFileTimeUtc(times.LastWriteTime).Ticks,
            Generation(times.CreationTime, times.LastWriteTime),
            CountLinks(handle));
    }

    /// <summary>
    /// The time of creation as <see cref="FileStat.Generation"/>, unless it is the time of the last write: file systems that keep
    /// none, and Wine, give that instead, and it moves with every line. Then the file's id and content tell files apart: NTFS counts
    /// in an id how often its place was given to another file.
    /// </summary>
    /// <param name="created">FILETIME.</param>
    /// <param name="written">FILETIME, of the same moment.</param>
    internal static long Generation(long created, long written) => created <= 0 || created == written ? 0
        : DateTime.FromFileTimeUtc(created).Ticks;

    // Both in one call: between two the file may be written to.
    [SupportedOSPlatform("windows")]
    private static FileBasicInfo Times(SafeFileHandle handle) =>
        GetFileInformationByHandleEx(handle, FileBasicInfoClass, out FileBasicInfo info, (uint)Marshal.SizeOf<FileBasicInfo>())
            ? info
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [SupportedOSPlatform("windows")]
    private static uint CountLinks(SafeFileHandle handle) =>
        GetFileInformationByHandleEx(handle, FileStandardInfoClass, out FileStandardInfo info, (uint)Marshal.SizeOf<FileStandardInfo>())
            ? info.IsDeletePending != 0 ? 0 : info.NumberOfLinks
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [SupportedOSPlatform("windows")]
    private static FileId Identify(SafeFileHandle handle) =>
        GetFileInformationByHandleEx(handle, FileIdInfoClass, out FileIdInfo info, (uint)Marshal.SizeOf<FileIdInfo>())
            ? new FileId(info.VolumeSerialNumber, new UInt128(info.FileIdHigh, info.FileIdLow))
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, FileShare share, nint security, FileMode mode, uint flags, nint template);

    [LibraryImport("kernel32.dll", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    private static partial uint GetFinalPathNameByHandle(SafeFileHandle file, Span<byte> path, uint length, uint flags);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileBasicInfo info, uint size);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileIdInfo info, uint size);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileStandardInfo info,
        uint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct FileBasicInfo
    {
        public long CreationTime;
        public long LastAccessTime;
        public long LastWriteTime;
        public long ChangeTime;
        public uint Attributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FileStandardInfo
    {
        public long AllocationSize;
        public long EndOfFile;
        public uint NumberOfLinks;
        public byte IsDeletePending;
        public byte IsDirectory;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FileIdInfo
    {
        public ulong VolumeSerialNumber;
        public ulong FileIdLow;
        public ulong FileIdHigh;
    }
}
