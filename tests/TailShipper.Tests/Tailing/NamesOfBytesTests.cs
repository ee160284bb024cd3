using System.Diagnostics;
using System.Text;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Names of Linux files are bytes, which need not be UTF-8.</summary>
public sealed class NamesOfBytesTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("names-").FullName;

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            Shell("rm -rf ./*"); // .NET does not find such names
        }

        Directory.Delete(_top);
    }

    [Theory]
    [InlineData("app.log", "app.log")]
    [InlineData("größe-😀.log", "größe-😀.log")]
    [InlineData(@"with \ and \x and \xZ1.log", @"with \ and \x and \xZ1.log")]
    [InlineData(@"reads like \xE9.log", @"reads like \x5CxE9.log")]
    public void A_name_that_is_text_is_that_text_unless_it_reads_like_an_escape(string name, string text) =>
        Assert.Equal(text, LinuxNames.Decode(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_byte_that_is_no_text_is_an_escape()
    {
        Assert.Equal(@"caf\xE9.log", LinuxNames.Decode([.. "caf"u8, 0xE9, .. ".log"u8]));
        Assert.Equal(@"\xC3", LinuxNames.Decode([0xC3]));
        Assert.Equal(@"\xED\xA0\x80", LinuxNames.Decode([0xED, 0xA0, 0x80])); // half of a pair
    }

    [Fact]
    public void Any_bytes_survive_the_way_to_text_and_back()
    {
        var random = new Random(1);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var name = new byte[random.Next(1, 30)];
            for (var index = 0; index < name.Length; index++)
            {
                name[index] = random.Next(3) switch { 0 => (byte)random.Next(1, 256), 1 => (byte)"\\xE9a"[random.Next(5)], _ => (byte)'x' };
            }

            var text = LinuxNames.Decode(name);
            var back = new byte[3 * text.Length];
            Assert.Equal(name, back[..LinuxNames.Encode(text, back)]);
        }
    }

    [Fact]
    public void Such_a_file_is_tailed_named_in_messages_and_known_again_after_a_restart()
    {
        var stage = OnDisk("*.log");
        Shell("printf 'one\\ntwo\\n' > commande_$(printf '\\351').log");
        stage.Start();
        stage.Run(10);
        Assert.Equal("one\ntwo\n", stage.Delivered.ToString());
        Assert.Contains(@"commande_\xE9.log as stream", stage.Trace.ToString(), StringComparison.Ordinal);
        stage.Stop();
        Assert.Contains(stage.Known(), known => known.Path.EndsWith(@"/commande_\xE9.log", StringComparison.Ordinal));
        Shell("printf 'three\\n' >> commande_$(printf '\\351').log");
        stage.Start();
        stage.Run(10);
        Assert.Equal("one\ntwo\nthree\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_pattern_names_it_by_the_escape_and_a_directory_may_have_such_a_name_too()
    {
        var stage = OnDisk(@"\xFFdir/caf\xE9.log");
        Shell("d=$(printf '\\377')dir; mkdir $d; printf 'in\\n' > $d/caf$(printf '\\351').log; printf 'out\\n' > $d/cafe.log");
        stage.Start();
        stage.Run(10);
        Assert.Equal("in\n", stage.Delivered.ToString());
    }

    private Stage OnDisk(string pattern) => new(new StageOptions
    {
        Patterns = [_top + "/" + pattern],
        Files = _ => new PhysicalFileSystem(),
        Trace = true,
    });

    private void Shell(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names are bytes on Linux only.");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _top };
        start.Environment["LC_ALL"] = "C";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using var shell = Process.Start(start)!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
