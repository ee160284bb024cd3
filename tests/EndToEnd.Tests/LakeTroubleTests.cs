using System.Globalization;
using System.Security.Cryptography;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>
/// A full disk and missing permissions under <c>order-lake</c>, the real program: what was committed stays, the rest is named.
/// </summary>
public sealed class LakeTroubleTests
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly uint? Nobody = Posix.IsRoot ? 65534u : null;

    [Fact]
    public async Task A_full_disk_ends_the_run_with_74_and_the_lake_is_as_it_was_and_goes_on_when_there_is_room()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.Mount(directory.At("disk"), 4096);
        var (raw, lake) = (directory.Make("raw"), directory.At("disk/lake"));
        await PutAsync(raw, "1", 100);
        await TransformAsync(raw, lake, expected: 0);
        await PutAsync(raw, "2", 50);
        disk.Fill();

        var error = await TransformAsync(raw, lake, expected: 74);
        Assert.Contains($"nothing was committed to the lake {lake}", error, StringComparison.Ordinal);
        Assert.Contains("make room", error, StringComparison.Ordinal);
        Assert.Equal(100, await RowsAsync(directory, lake));
        Assert.False(Directory.Exists(Path.Join(lake, "_staging")));

        disk.Free();
        await TransformAsync(raw, lake, expected: 0);
        Assert.Equal(150, await RowsAsync(directory, lake));
    }

    [Fact]
    public async Task A_disk_that_fills_up_while_the_run_writes_ends_it_with_74()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.Mount(directory.At("disk"), 6144);
        var (raw, lake) = (directory.Make("raw"), directory.At("disk/lake"));
        await PutAsync(raw, "1", 100);
        await TransformAsync(raw, lake, expected: 0);
        for (var number = 2; number < 6; number++)
        {
            await PutAsync(raw, $"{number}", 100_000);
        }

        await TransformAsync(raw, lake, expected: 74);
        Assert.Equal(100, await RowsAsync(directory, lake));
        Assert.False(Directory.Exists(Path.Join(lake, "_staging")));
    }

    [Fact]
    public async Task An_object_without_permission_is_named_and_the_rest_is_committed()
    {
        using var directory = await UnprivilegedAsync();
        var (raw, lake) = (directory.At("raw"), directory.At("own/lake"));
        await PutAsync(raw, "open", 10);
        await PutAsync(raw, "shut", 5);
        File.SetUnixFileMode(Path.Join(raw, "shut"), UnixFileMode.None);

        var error = await TransformAsync(raw, lake, expected: 65, Nobody);
        Assert.Contains("shut: no_permission: ", error, StringComparison.Ordinal);
        Assert.Equal(10, await RowsAsync(directory, lake));

        File.SetUnixFileMode(Path.Join(raw, "shut"), Everyone);
        await TransformAsync(raw, lake, expected: 0, Nobody);
        Assert.Equal(15, await RowsAsync(directory, lake));
    }

    [Fact]
    public async Task A_directory_of_objects_without_permission_ends_the_run_with_66()
    {
        using var directory = await UnprivilegedAsync();
        await PutAsync(directory.At("raw"), "1", 10);
        File.SetUnixFileMode(directory.At("raw"), UnixFileMode.None);
        var error = await TransformAsync(directory.At("raw"), directory.At("own/lake"), expected: 66, Nobody);
        Assert.Contains("the raw objects cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lake_that_may_not_be_written_ends_the_run_with_73()
    {
        using var directory = await UnprivilegedAsync();
        await PutAsync(directory.At("raw"), "1", 10);
        await TransformAsync(directory.At("raw"), directory.At("raw-shut"), expected: 73, Nobody);
    }

    private static async Task PutAsync(string raw, string name, int lines)
    {
        var path = Path.Join(raw, name);
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, lines).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"InvoiceNo\":\"{number}\",\"StockCode\":\"{Scramble(number)}\",\"Description\":\"{Scramble(number + lines)}\","
            + $"\"Quantity\":6,\"InvoiceDate\":\"2010-12-01 08:26:00\",\"UnitPrice\":2.55,\"CustomerID\":\"{name}-{number}\","
            + $"\"Country\":\"France\"}}")));
        File.SetUnixFileMode(path, Everyone);
    }

    // Text that does not compress.
    private static string Scramble(int number) => Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(number)));

    private static async Task<string> TransformAsync(string raw, string lake, int expected, uint? user = null)
    {
        using var process = new ServiceProcess("order-lake", ["transform", "history", "--raw", raw, "--lake", lake], user: user);
        var code = await process.ExitAsync();
        Assert.True(code == expected, $"{code} instead of {expected}\n{process.Evidence()}");
        return process.Error;
    }

    private static async Task<int> RowsAsync(TemporaryDirectory directory, string lake)
    {
        var sql = directory.At("rows.sql");
        await File.WriteAllTextAsync(sql, "select count(*) from orders");
        using var process = new ServiceProcess("order-lake", ["query", sql, "--lake", lake, "--output", "csv"]);
        Assert.True(await process.ExitAsync() == 0, process.Evidence());
        return int.Parse(process.Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>With raw/, which everyone reads, and own/, which nobody may write.</summary>
    private static async Task<TemporaryDirectory> UnprivilegedAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "permissions are those of Unix");
        if (Nobody is { } user)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv (util-linux) is not here, and root may read everything.");
            using var probe = new ServiceProcess("order-lake", ["--help"], user: Nobody);
            Assert.SkipUnless(await probe.ExitAsync() == 0, "nobody may not start the executables in this folder.");
        }

        var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(directory.Make("raw"), Everyone);
        var own = directory.Make("own");
        if (Nobody is { } account)
        {
            Posix.Give(own, account);
        }

        return directory;
    }
}
