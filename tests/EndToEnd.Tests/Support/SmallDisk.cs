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
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=0755", "tmpfs", path) == 0, "a tmpfs cannot be mounted here.");
        return new SmallDisk(path);
    }

    /// <summary>Mounts it again, so that nothing, or something, may be written.</summary>
    public void Remount(bool readOnly) => Assert.SkipUnless(
        Run("mount", "-o", $"remount,{(readOnly ? "ro" : "rw")}", Path) == 0, "the disk cannot be remounted read-only while files are open for writing.");

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        try
        {
            using var file = new FileStream(System.IO.Path.Join(Path, "ballast"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
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
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
