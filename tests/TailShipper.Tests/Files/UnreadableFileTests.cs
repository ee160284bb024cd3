using Shipper.Foundation.Files;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Files;

/// <summary>What some file systems answer late.</summary>
public sealed class UnreadableFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("unreadable-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_read_that_is_denied_fails_as_every_other_failing_read()
    {
        // NFS and FUSE may deny a read of a file that could be opened; a handle that is open for writing only is denied it everywhere.
        var path = Path.Join(_directory, "app.log");
        File.WriteAllText(path, "one\n");
        using var file = new PlatformFile(
            File.OpenHandle(path, FileMode.Open, FileAccess.Write), _ => throw new InvalidOperationException());
        Assert.Throws<IOException>(() => file.Read(new byte[4], 0));
    }

    [Theory]
    [InlineData("/proc", true)]
    [InlineData("/sys", true)]
    [InlineData("/", false)]
    public void What_the_kernel_makes_up_takes_no_files(string directory, bool expected)
    {
        Assert.SkipUnless(Directory.Exists(directory), $"{directory} is not mounted here");
        Assert.Equal(expected, OperatingSystem.IsLinux() && LinuxCalls.IsMadeByKernel(directory));
    }
}
