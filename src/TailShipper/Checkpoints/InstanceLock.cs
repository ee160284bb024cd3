using System.Globalization;
using System.Text;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>
/// Keeps a second shipper off a state directory: <c>shipper.lock</c>, locked for as long as this lives (flock on
/// Linux, a sharing lock on Windows). The kernel drops the lock with the process, so none is ever stale. The file
/// holds the holder's process id and stays behind, empty, after a stop: deleting it could let two in.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    /// <summary>Name of the file that is locked.</summary>
    public const string FileName = "shipper.lock";

    private readonly FileLock _lock;

    private InstanceLock(FileLock held) => _lock = held;

    /// <summary>Takes the lock of the state directory at <paramref name="directory"/>, creating the directory if it is missing.</summary>
    /// <exception cref="AlreadyRunningException">Another process, or another part of this one, holds it.</exception>
    /// <exception cref="StartRefusedException">The file is a link or another's.</exception>
    /// <exception cref="IOException">The directory or file cannot be opened, or its file system has no locks.</exception>
    public static InstanceLock Acquire(string directory)
    {
        new PhysicalStateDirectory(directory).EnsureExists();
        var path = Path.Combine(Path.GetFullPath(directory), FileName);

        var held = Lock(path) ?? throw Refusal(path);
        try
        {
            held.File.SetLength(0);
            held.File.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            held.File.Flush();
            return new InstanceLock(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Process id of whoever holds the lock of <paramref name="directory"/>; null when nobody does or it cannot be determined.
    /// </summary>
    public static int? HolderOf(string directory) => ReadHolder(Path.Combine(Path.GetFullPath(directory), FileName));

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        try
        {
            _lock.File.SetLength(0);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process id only informs; the lock goes with the handle.
        }

        _lock.Dispose();
    }

    private static FileLock? Lock(string path)
    {
        try
        {
            // On Windows readers must get in to learn the holder; a second writer is kept out either way.
            return FileLock.TryAcquire(path, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
        }
        catch (ForeignFileException exception)
        {
            throw new StartRefusedException(
                $"the state directory cannot be locked: {exception.Message}, and start again.", ExitCodes.Configuration, exception);
        }
    }

    private static AlreadyRunningException Refusal(string path)
    {
        var holder = ReadHolder(path) is { } pid ? $"process {pid.ToString(CultureInfo.InvariantCulture)}" : "another process";
        return new AlreadyRunningException(
            $"the state directory '{Path.GetDirectoryName(path)}' is in use by {holder}. "
            + "Stop that shipper first, or use another state directory.");
    }

    private static int? ReadHolder(string path)
    {
        try
        {
            using var file = SafeFiles.OpenToRead(path);
            Span<byte> text = stackalloc byte[16];
            var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return int.TryParse(text[..length].Trim((byte)'\n'), CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return null;
        }
    }
}
