using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Explain;

/// <summary>Paths through another process's root, with a stand-in for proc(5).</summary>
public sealed class ServiceViewTests : IDisposable
{
    private const int Process = 4711;

    private readonly string _proc = Directory.CreateTempSubdirectory("proc-").FullName;
    private readonly string _logs = Directory.CreateTempSubdirectory("logs-").FullName;

    public ServiceViewTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mount namespaces");
        Directory.CreateDirectory(Path.Join(_proc, "self", "ns"));
        File.CreateSymbolicLink(Path.Join(_proc, "self", "ns", "mnt"), "mnt:[1]");
        Directory.CreateDirectory(Path.Join(_proc, $"{Process}", "ns"));
        File.WriteAllText(Path.Join(_logs, "app.log"), "line\n");
    }

    private string Root => Path.Join(_proc, $"{Process}", "root");

    public void Dispose()
    {
        Directory.Delete(_proc, recursive: true);
        Directory.Delete(_logs, recursive: true);
    }

    [Fact]
    public void In_the_same_namespace_everything_is_the_same()
    {
        Namespace("mnt:[1]");
        Assert.Equal(PathVisibility.Same, Check("app.log"));
    }

    [Fact]
    public void A_directory_that_is_covered_by_an_empty_one_is_hidden()
    {
        Namespace("mnt:[2]");
        Directory.CreateDirectory(Root + _logs);
        Assert.Equal(PathVisibility.Hidden, Check("app.log"));
        Assert.Equal(PathVisibility.Other, Check(""));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_hidden()
    {
        Namespace("mnt:[2]");
        Directory.CreateDirectory(Root);
        Assert.Equal(PathVisibility.Hidden, Check("app.log"));
        Assert.Equal(PathVisibility.Hidden, Check(""));
    }

    [Fact]
    public void The_same_file_is_seen_through_another_namespace()
    {
        Namespace("mnt:[2]");
        Directory.CreateSymbolicLink(Root, "/");
        Assert.Equal(PathVisibility.Same, Check("app.log"));
        Assert.Equal(PathVisibility.Same, Check(""));
    }

    [Fact]
    public void Another_file_of_the_name_is_another_file()
    {
        Namespace("mnt:[2]");
        Directory.CreateDirectory(Root + _logs);
        File.WriteAllText(Path.Join(Root + _logs, "app.log"), "line\n");
        Assert.Equal(PathVisibility.Other, Check("app.log"));
    }

    [Fact]
    public void Without_permission_to_look_nothing_is_known()
    {
        Directory.CreateDirectory(Root + _logs);
        Assert.Equal(PathVisibility.Unknown, Check("app.log"));
    }

    private PathVisibility Check(string name) =>
        new ServiceView(new PhysicalFileSystem(), Process, _proc).Check(Path.Join(_logs, name).TrimEnd('/'));

    private void Namespace(string of) => File.CreateSymbolicLink(Path.Join(_proc, $"{Process}", "ns", "mnt"), of);
}
