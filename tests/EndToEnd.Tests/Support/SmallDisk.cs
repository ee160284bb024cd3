using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>A file system of a few hundred kilobytes, mounted for one test. Only root may.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one of so many KiB at <paramref name="path"/>; skips the test, visibly, where that is not possible.</summary>
    public static SmallDisk Mount(string path, int kibibytes)
    {
        Assert.SkipUnless(Posix.IsRoot, "only root may mount a small disk.");
        Directory.CreateDirectory(path);
        Assert.SkipUnless(
            Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=0755", "tmpfs", path) == 0, "a tmpfs cannot be mounted here.");
        return new SmallDisk(path);
    }

    /// <summary>The same as an ext4 file system in a file, which can fail as a disk does: <see cref="Abort"/>.</summary>
    public static SmallDisk MountExt4(string image, string path)
    {
        Assert.SkipUnless(Posix.IsRoot, "only root may mount a small disk.");
        Assert.SkipUnless(
            Array.Exists((string[])["/sbin/mkfs.ext4", "/usr/sbin/mkfs.ext4"], File.Exists), "mkfs.ext4 (e2fsprogs) is not here.");
        if (!File.Exists(image))
        {
            using (var file = new FileStream(image, FileMode.CreateNew))
            {
                file.SetLength(8 * 1024 * 1024);
            }

            Assert.SkipUnless(Run("mkfs.ext4", "-q", "-F", image) == 0, "an ext4 file system cannot be made here.");
        }

        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-o", "loop", image, path) == 0, "a loop device cannot be mounted here.");
        return new SmallDisk(path);
    }

    /// <summary>
    /// Lets the kernel do what it does after an I/O error: read-only from now on, also for files that are open for writing.
    /// </summary>
    public void Abort() =>
        Assert.SkipUnless(Run("mount", "-o", "remount,abort", Path) == 0, "this kernel does not abort a file system on request.");

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        try
        {
            using var file = new FileStream(
                System.IO.Path.Join(Path, "ballast"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var size = 64 * 1024; size > 0; size /= 2)
            {
                try
                {
                    while (true)
                    {
                        file.Write(new byte[size]);
                    }
                }
                catch (IOException) when (size > 1)
                {
                    continue; // smaller pieces may still fit
                }
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Takes away what <see cref="Fill"/> wrote.</summary>
    public void Free() => File.Delete(System.IO.Path.Join(Path, "ballast"));

    public void Dispose() => Run("umount", "-l", Path);

    private static int Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
