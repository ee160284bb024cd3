using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Commands run by root for a service that runs under an account of its own.</summary>
public sealed class RootCommandTests
{
    private const uint Nobody = 65534;
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_asked_for_by_root_is_carried_out_by_the_service(bool running)
    {
        using var scene = await StartAsync();
        if (!running)
        {
            Assert.Equal(0, await scene.Shipper.StopAsync());
        }

        var result = await scene.CommandAsync("replay", "--flow", "orders", "--from-start");
        Assert.True(result.ExitCode == 0, result.Everything);
        if (!running)
        {
            await scene.StartShipperAsync(Nobody);
        }

        var written = scene.Written();
        await Eventually.TrueAsync(
            "the lines arrive again", async () => Comparison.Of(written, await scene.DeliveredAsync()).Duplicate == written.Total,
            () => result.Everything + scene.Evidence());
    }

    [Theory]
    [InlineData("shipper.lock")]
    [InlineData("endpoint")]
    [InlineData("endpoint.tmp")]
    [InlineData("learnt-pace.json")]
    [InlineData("tailshipper.log")]
    [InlineData("metrics.log")]
    [InlineData("dead-letters")]
    [InlineData("requests")]
    public async Task A_link_in_the_state_directory_does_not_turn_root(string name)
    {
        using var scene = await StartAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var target = scene.Directory.At("root-only");
        await File.WriteAllTextAsync(target, "precious\n");
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var link = Path.Join(scene.State, name);
        foreach (var old in Directory.EnumerateFileSystemEntries(scene.State, Path.GetFileNameWithoutExtension(name) + "*").ToList())
        {
            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
            else
            {
                File.Delete(old);
            }
        }

        File.CreateSymbolicLink(link, target);
        Posix.Give(scene.State, Nobody);
        await scene.CommandAsync("check");
        await scene.CommandAsync("replay", "--flow", "orders", "--from-start");
        await scene.CommandAsync("deadletters", "resend");
        var run = scene.LaunchShipper();
        await Eventually.TrueAsync(
            "it runs or is refused", () => run.HasExited || run.Said("tailshipper is ready") > 0, run.Evidence);
        if (!run.HasExited)
        {
            await run.StopAsync();
        }

        Assert.Equal("precious\n", await File.ReadAllTextAsync(target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));
    }

    [Fact]
    public async Task Explain_by_root_says_what_keeps_the_services_account_out()
    {
        using var scene = await StartAsync();
        WriteShut(scene.Log("shut.log"));
        var file = await scene.CommandAsync("explain", scene.Log("shut.log"));
        Assert.True(file.ExitCode == 1, file.Everything);
        Assert.Contains(
            $"not tailed: {scene.Log("shut.log")} cannot be read by nobody, the service's account (owner 0, group 0, mode 0600)",
            file.Output,
            StringComparison.Ordinal);

        File.SetUnixFileMode(scene.Logs, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var directory = await scene.CommandAsync("explain", scene.Log("app.log"));
        Assert.True(directory.ExitCode == 1, directory.Everything);
        Assert.Contains(
            $"directory {scene.Logs} cannot be searched by nobody, the service's account", directory.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_degraded_while_the_services_account_may_not_read_a_file()
    {
        using var scene = await StartAsync();
        Assert.Equal(0, (await scene.CommandAsync("status")).ExitCode);
        WriteShut(scene.Log("shut.log"));
        var status = default(CommandResult);
        await Eventually.TrueAsync(
            "it is degraded", async () => (status = await scene.CommandAsync("status", "--json")).ExitCode == 1,
            () => status?.Everything ?? "");
        Assert.Contains($"1 path cannot be read: {scene.Log("shut.log")}", status!.Output, StringComparison.Ordinal);
        File.SetUnixFileMode(scene.Log("shut.log"), Everyone);
        await Eventually.TrueAsync(
            "it is healthy again", async () => (status = await scene.CommandAsync("status")).ExitCode == 0,
            () => status?.Everything ?? "");
    }

    /// <summary>A file that only root may read, from its first moment on: the service may find it in the next.</summary>
    private static void WriteShut(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write("two\n"u8);
    }

    /// <summary>A service of nobody's that has shipped one file.</summary>
    private static async Task<Scene> StartAsync()
    {
        Assert.SkipUnless(Posix.IsRoot, "only root can start a service under another account.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv (util-linux) is not here.");
        using (var probe = new ServiceProcess("tailshipper", ["--help"], user: Nobody))
        {
            Assert.SkipUnless(await probe.ExitAsync() == 0, "nobody may not start the executables in this folder.");
        }

        var scene = await Scene.StartAsync();
        File.SetUnixFileMode(scene.Directory.Path, Everyone);
        File.SetUnixFileMode(scene.Logs, Everyone);
        Directory.CreateDirectory(scene.State);
        Posix.Give(scene.State, Nobody);
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        File.SetUnixFileMode(scene.Log("app.log"), Everyone);
        await scene.StartShipperAsync(Nobody);
        await scene.ArrivedAsync(scene.Written());
        var shipped = await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log"));
        Assert.True(shipped.ExitCode == 0, shipped.Everything);
        return scene;
    }
}
