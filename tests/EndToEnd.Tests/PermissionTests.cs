using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What the service's account may not read or write. Root may everything, so these run as nobody.</summary>
public sealed class PermissionTests
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly uint? Nobody = Posix.IsRoot ? 65534u : null;

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_shipped_once_it_can()
    {
        using var scene = await UnprivilegedAsync();
        await File.WriteAllTextAsync(scene.Log("open.log"), "one\n");
        await File.WriteAllTextAsync(scene.Log("shut.log"), "two\n");
        File.SetUnixFileMode(scene.Log("open.log"), Everyone);
        File.SetUnixFileMode(scene.Log("shut.log"), UnixFileMode.None);
        await scene.StartShipperAsync(Nobody);
        await scene.Shipper.SaysAsync("shut.log cannot be accessed (Permission denied)");
        File.SetUnixFileMode(scene.Log("shut.log"), Everyone);
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_is_named_and_shipped_once_it_can()
    {
        using var scene = await UnprivilegedAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        File.SetUnixFileMode(scene.Log("app.log"), Everyone);
        File.SetUnixFileMode(scene.Logs, UnixFileMode.None);
        await scene.StartShipperAsync(Nobody);
        await scene.Shipper.SaysAsync("cannot be accessed");
        File.SetUnixFileMode(scene.Logs, Everyone);
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_ends_with_78()
    {
        using var scene = await UnprivilegedAsync();
        var state = scene.Directory.Make("shut");
        File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        scene.Settings.Section["StateDirectory"] = state;
        var shipper = scene.LaunchShipper(Nobody);
        Assert.Equal(78, await shipper.ExitAsync());
        Assert.Contains("Name a directory that the service's account may create or write to", shipper.Error, StringComparison.Ordinal);
    }

    private static async Task<Scene> UnprivilegedAsync()
    {
        await SkipUnlessPossibleAsync();
        var scene = await Scene.StartAsync();
        File.SetUnixFileMode(scene.Directory.Path, Everyone);
        File.SetUnixFileMode(scene.Logs, Everyone);
        Directory.CreateDirectory(scene.State);
        if (Nobody is { } user)
        {
            Posix.Give(scene.State, user);
        }

        return scene;
    }

    private static async Task SkipUnlessPossibleAsync()
    {
        if (Nobody is null)
        {
            return;
        }

        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv (util-linux) is not here, and root may read everything.");
        using var probe = new ServiceProcess("tailshipper", ["--help"], user: Nobody);
        Assert.SkipUnless(await probe.ExitAsync() == 0, "nobody may not start the executables in this folder.");
    }
}
