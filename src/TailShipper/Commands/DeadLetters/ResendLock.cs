using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;


namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Keeps a second resend off a directory of dead letters: <c>resend.lock</c>, locked for as long as this lives. The kernel drops the lock with the process.</summary>
internal sealed class ResendLock : IDisposable
{
    // .NET takes a lock of its own at every open, which fails before ours is asked for.
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private ResendLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="AlreadyRunningException">Another resend holds it.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static ResendLock Acquire(string directory)
    {
        var path = Path.Join(directory, "resend.lock");
        var file = Open(directory, path);
        if (OperatingSystem.IsLinux() && !LinuxCalls.TryLock(file.SafeFileHandle, path))
        {
            file.Dispose();
            throw Refusal(path);
        }

        return new ResendLock(file);
    }

    /// <summary>Gives the lock up; the file stays: deleting it could let two in.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream Open(string directory, string path)
    {
        var share = OperatingSystem.IsWindows() ? FileShare.None : FileShare.ReadWrite;
        try
        {
            if (!File.Exists(path))
            {
                var created = new FileStream(path, PrivateFiles.Options(FileMode.CreateNew, FileAccess.ReadWrite, share));
                if (OperatingSystem.IsLinux())
                {
                    LinuxCalls.GiveToOwnerOf(directory, created.SafeFileHandle);
                }

                return created;
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Someone else was first.
        }

        try
        {
            // Never created by this call, and only read: what stands there may be a link that its owner made.
            return new FileStream(path, PrivateFiles.Options(FileMode.Open, FileAccess.Read, share));
        }
        catch (IOException exception) when (OperatingSystem.IsWindows() || exception.HResult == WouldBlock)
        {
            throw Refusal(path);
        }
    }

    private static AlreadyRunningException Refusal(string path) => new($"Another resend is under way: {path} is locked. Wait until it is done");
}
