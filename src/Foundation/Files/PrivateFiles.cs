namespace Shipper.Foundation.Files;

/// <summary>Creates directories with mode 0750 and files with mode 0640, because log data is private.</summary>
internal static class PrivateFiles
{
    /// <summary>Owner read and write, group read.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Owner all, group read and enter.</summary>
    public const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Creates <paramref name="path"/> and its missing parents; existing directories keep their mode.</summary>
    public static void CreateDirectory(string path)
    {
        using var account = DirectoryAccount.Enter(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode);
        }
    }

    /// <summary>
    /// Replaces a file atomically: a reader gets the old content or the new one. Creates missing directories. It does not fsync.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public static void Replace(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        CreateDirectory(Path.GetDirectoryName(full)!);
        using var account = DirectoryAccount.Enter(Path.GetDirectoryName(full)!);
        var partial = $"{full}.{Guid.NewGuid():N}.new"; // never a name that exists: it may be a link
        try
        {
            using (var file = SafeFiles.Create(partial, FileAccess.Write, FileShare.None))
            {
                write(file);
            }

            File.Move(partial, full, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Options for a <see cref="FileStream"/> that creates its file with mode 0640.</summary>
    public static FileStreamOptions Options(System.IO.FileMode mode, FileAccess access, FileShare share, int bufferSize = 0)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = bufferSize };
        if (!OperatingSystem.IsWindows() && mode is not (System.IO.FileMode.Open or System.IO.FileMode.Truncate))
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }
}
