using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Shipper.TailShipper.Tailing.Platform;

/// <summary>Handles shared for read, write and delete, so that a writer can rename and delete; identity from FILE_ID_INFO.</summary>
internal static partial class WindowsFile
{
    private const int FileStandardInfoClass = 1;
    private const int FileIdInfoClass = 18;

    /// <summary>Looks at a path by opening it for a moment: Windows tells the file id of an open handle only.</summary>
    public static Look Look(string path)
    {
        var attempt = Open(path);
        attempt.File?.Dispose();
        return new Look(attempt.Sight, attempt.Stat, attempt.Reason);
    }

    /// <summary>Opens a path for reading when it is a file.</summary>
    public static OpenAttempt Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (Directory.Exists(path))
            {
                return new OpenAttempt(Sight.NotAFile, null, default);
            }

            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new OpenAttempt(Sight.File, new PlatformFile(handle, Stat), Stat(handle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new OpenAttempt(Sight.Missing, null, default);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            return new OpenAttempt(Sight.Unavailable, null, default, exception.Message);
        }
    }

    private static FileStat Stat(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        return new FileStat(
            Identify(handle),
            RandomAccess.GetLength(handle),
            File.GetLastWriteTimeUtc(handle).Ticks,
            File.GetCreationTimeUtc(handle).Ticks,
            CountLinks(handle));
    }

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

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileIdInfo info, uint size);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileStandardInfo info, uint size);

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
