using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;

namespace Shipper.OrderLake.Storage;

/// <summary>What publishing needs of the file system: links, an exchange of two directories in one step, and a sync.</summary>
internal static partial class FileTree
{
    private const int AtCurrentDirectory = -100;
    private const uint Exchanged = 2; // RENAME_EXCHANGE
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>Makes a directory with mode 0750, and its parents.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            CreateDirectory(Path.GetDirectoryName(path)!); // the mode is not that of parents that are made along with it
            Directory.CreateDirectory(path, PrivateFiles.DirectoryMode);
        }
    }

    /// <summary>Moves a file that the engine wrote to its place, with mode 0640.</summary>
    public static void Place(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(from, PrivateFiles.FileMode);
        }

        File.Move(from, to);
    }

    /// <summary>
    /// Gives every file of a tree a second name in another one; where the file system has no links, a copy. Files are never changed,
    /// so both are as good.
    /// </summary>
    /// <param name="from">The tree.</param>
    /// <param name="to">The other one; its directories are made.</param>
    /// <param name="leaveOut">Files that are left out, by their path below the tree.</param>
    public static void Link(string from, string to, IReadOnlySet<string> leaveOut) => Link(from, to, "", leaveOut);

    /// <summary>
    /// Puts a new tree in the place of another in one step, if the file system can; the other one is then at the new one's place.
    /// False if it cannot, and nothing has happened.
    /// </summary>
    /// <exception cref="IOException">It fails for another reason.</exception>
    public static bool TryExchange(string one, string other)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            if (Rename(AtCurrentDirectory, one, AtCurrentDirectory, other, Exchanged) == 0)
            {
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is InvalidArgument or NotImplemented or NotSupported
            ? false
            : throw new IOException($"'{one}' and '{other}' cannot be exchanged: {new Win32Exception(error).Message}", error);
    }

    /// <summary>Makes everything durable that was written to a directory's file system.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Sync(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var handle = LinuxCalls.Open(directory, FileAccess.Read, followLinks: true);
        if (SyncFileSystem(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"'{directory}' cannot be synced: {new Win32Exception(error).Message}", error);
        }
    }

    private static void Link(string from, string to, string below, IReadOnlySet<string> leaveOut)
    {
        CreateDirectory(Path.Join(to, below));
        foreach (var entry in new DirectoryInfo(Path.Join(from, below)).EnumerateFileSystemInfos())
        {
            var path = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}";
            if (entry is DirectoryInfo)
            {
                Link(from, to, path, leaveOut);
            }
            else if (!leaveOut.Contains(path))
            {
                var target = Path.Join(to, path);
                if (!OperatingSystem.IsLinux() || AddName(entry.FullName, target) != 0)
                {
                    File.Copy(entry.FullName, target);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddName(string path, string name);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int directory, string path, int newDirectory, string newPath, uint flags);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle file);
}
