using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Shipper.Foundation.Files;

/// <summary>
/// Opens files of directories that another account may write to: the service's own account, when root runs a command. A name there may
/// be a link to anything, a pipe that blocks, or a device. So nothing is written through a name that exists unless it is a regular file
/// with this one name and of the directory's owner; only regular files are read; and root acts as the directory's owner
/// (<see cref="DirectoryAccount"/>). On Windows access lists decide.
/// </summary>
internal static class SafeFiles
{
    private const FileShare Everything = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>Creates a new file with mode 0640, for the owner of its directory.</summary>
    /// <exception cref="IOException">There is one, be it a link, or it cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created there.</exception>
    public static FileStream Create(string path, FileAccess access, FileShare share)
    {
        using var account = DirectoryAccount.Enter(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, PrivateFiles.Options(FileMode.CreateNew, access, share)); // O_EXCL follows no link
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.GiveToOwnerOf(Path.GetDirectoryName(path)!, file.SafeFileHandle);
        }

        return file;
    }

    /// <summary>Opens a file, which is created when missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="access">How one that exists is opened.</param>
    /// <param name="share">What .NET's own lock lets others do.</param>
    /// <exception cref="ForeignFileException">It is a link, no regular file, has a second name or another owner.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileStream OpenOrCreate(string path, FileAccess access, FileShare share)
    {
        if (!Path.Exists(path))
        {
            try
            {
                return Create(path, FileAccess.ReadWrite, share);
            }
            catch (IOException) when (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                // Another was faster, or it is a link to nothing.
            }
        }

        if (!OperatingSystem.IsLinux())
        {
            return new FileStream(path, PrivateFiles.Options(FileMode.Open, access, share));
        }

        using var account = DirectoryAccount.Enter(Path.GetDirectoryName(path)!);
        var handle = LinuxCalls.Open(path, access, followLinks: false);
        try
        {
            RefuseForeign(path, handle);
            return new FileStream(handle, access, bufferSize: 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a regular file that others may write to, rename and delete; never waits for a pipe's writer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followLinks">True where a person may have made a link: a configuration file.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="ForeignFileException">It is not a regular file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream OpenToRead(string path, bool followLinks = false)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileStream(path, PrivateFiles.Options(FileMode.Open, FileAccess.Read, Everything));
        }

        using var account = followLinks ? default : DirectoryAccount.Enter(Path.GetDirectoryName(path)!);
        return new FileStream(OpenRegular(path, followLinks), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>
    /// True where there is certainly no file, also no link to nothing. False where one is that cannot be opened: whoever opens it is told
    /// why.
    /// </summary>
    public static bool IsMissing(string path)
    {
        try
        {
            using var opened = OpenToRead(path, followLinks: true);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return false;
        }
    }

    /// <summary>Reads a whole file whose length is checked first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The longest that is read, in bytes.</param>
    /// <param name="followLinks">As for <see cref="OpenToRead"/>.</param>
    /// <exception cref="IOException">It is longer, or as for <see cref="OpenToRead"/>.</exception>
    public static byte[] ReadAll(string path, int most, bool followLinks = false)
    {
        using var file = OpenToRead(path, followLinks);
        var length = file.Length;
        if (length > most)
        {
            throw new FileTooLongException(path, length, most);
        }

        var bytes = new byte[length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Finds out whether files can be created in a directory, which is created when missing: creates one and deletes it.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public static void Probe(string directory)
    {
        using var account = DirectoryAccount.Enter(directory);
        PrivateFiles.CreateDirectory(directory);
        var probe = Path.Join(directory, $".probe-{Guid.NewGuid():N}"); // a name that nobody can have put there before
        using (new FileStream(probe, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
        }

        File.Delete(probe);
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle OpenRegular(string path, bool followLinks)
    {
        var handle = LinuxCalls.Open(path, FileAccess.Read, followLinks);
        try
        {
            return LinuxCalls.OwnerOf(handle, path).IsRegular
                ? handle
                : throw new ForeignFileException($"'{path}' is not a regular file. Remove it");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    [SupportedOSPlatform("linux")]
    private static void RefuseForeign(string path, SafeFileHandle handle)
    {
        var file = LinuxCalls.OwnerOf(handle, path);
        if (!file.IsRegular)
        {
            throw new ForeignFileException($"'{path}' is not a regular file. Remove it");
        }

        if (file.Links > 1)
        {
            throw new ForeignFileException($"'{path}' is a second name of another file (a hard link). Remove it");
        }

        if (file.User != LinuxCalls.FileSystemUser()
            && LinuxCalls.OwnerOf(Path.GetDirectoryName(path)!) is { } directory && directory.User != file.User)
        {
            throw new ForeignFileException($"'{path}' belongs to user {file.User}, and its directory to user {directory.User}. Remove it");
        }
    }
}

/// <summary>What is at a path is not the file that belongs there. The message says what it is, and what to do.</summary>
internal sealed class ForeignFileException(string message) : IOException(message);

/// <summary>A file is longer than anything that its owner would have written.</summary>
/// <param name="path">The file.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="most">What is read at most, in bytes.</param>
internal sealed class FileTooLongException(string path, long length, long most)
    : IOException($"'{path}' has {length} bytes, and at most {most} are read");
