namespace Shipper.Foundation.Files;

/// <summary>
/// An exclusive lock on a file for as long as this lives: flock on Linux, a sharing lock on Windows. The kernel drops it with the
/// process, so none is ever stale. The file stays: deleting it could let two in.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private FileLock(FileStream file) => File = file;

    /// <summary>The locked file.</summary>
    public FileStream File { get; }

    /// <summary>Takes the lock; null when another process, or another part of this one, holds it.</summary>
    /// <param name="path">The file; created when missing, with mode 0600, for the owner of its directory.</param>
    /// <param name="access">How a file that is there already is opened.</param>
    /// <param name="share">What .NET's own lock, which it takes at every open, lets others do.</param>
    /// <exception cref="IOException">The file is a link or another's, cannot be opened, or its file system has no locks.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open it.</exception>
    public static FileLock? TryAcquire(string path, FileAccess access, FileShare share)
    {
        FileStream file;
        try
        {
            file = SafeFiles.OpenOrCreate(path, access, share);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }

        try
        {
            // .NET's own lock can be switched off from outside and forgives file systems without locks; this cannot.
            if (!OperatingSystem.IsLinux() || LinuxCalls.TryLock(file.SafeFileHandle, path))
            {
                return new FileLock(file);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Gives the lock up.</summary>
    public void Dispose() => File.Dispose();

    private static bool IsHeld(IOException exception)
    {
        const int windowsSharingViolation = unchecked((int)0x80070020);
        const int linuxWouldBlock = 11;
        const int macWouldBlock = 35;
        return exception.HResult is windowsSharingViolation or linuxWouldBlock or macWouldBlock;
    }
}
