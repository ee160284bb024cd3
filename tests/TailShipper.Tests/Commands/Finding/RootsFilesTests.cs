using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Commands.Shared.Finding;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Finding;

/// <summary>Whoever can write root's configuration is root: a file that was only found has to be root's alone.</summary>
public sealed class RootsFilesTests : IDisposable
{
    private const UnixFileMode Directories = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode Files = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _directory = Directory.CreateTempSubdirectory("roots-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_file_of_roots_that_others_may_read_is_taken()
    {
        var file = Make();
        Assert.Null(Doubt(file));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.OtherRead)]
    public void A_file_that_others_may_write_is_not(UnixFileMode more)
    {
        var file = Make();
        SetMode(file, Files | more);
        Assert.Contains($"{file} can be written by others than root", Doubt(file), StringComparison.Ordinal);
        var problems = new ConfigurationProblems();
        RootsFiles.Check([file], problems);
        Assert.Contains("or name it: --config", Assert.Single(problems.All).ToString(), StringComparison.Ordinal);
        Assert.True(problems.IsIncomplete);
    }

    [Fact]
    public void A_directory_in_which_others_could_replace_it_is_not()
    {
        var file = Make();
        SetMode(_directory, Directories | UnixFileMode.OtherWrite);
        Assert.Contains($"{_directory} can be written by others than root", Doubt(file), StringComparison.Ordinal);
        SetMode(_directory, Directories | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        Assert.Null(Doubt(file)); // as /tmp
    }

    [Fact]
    public void A_link_is_judged_by_what_it_leads_to()
    {
        var file = Make();
        var link = Path.Join(_directory, "link.json");
        File.CreateSymbolicLink(link, file);
        Assert.Null(Doubt(link));
        SetMode(file, Files | UnixFileMode.OtherWrite);
        Assert.Contains($"{file} can be written", Doubt(link), StringComparison.Ordinal);
    }

    private string Make()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && LinuxCalls.IsRoot, "Only root can make files of root's.");
        SetMode(_directory, Directories);
        var file = Path.Join(_directory, "appsettings.json");
        File.WriteAllText(file, "{}");
        SetMode(file, Files);
        return file;
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static string? Doubt(string file) => OperatingSystem.IsLinux() ? RootsFiles.Doubt(file) : null;
}
