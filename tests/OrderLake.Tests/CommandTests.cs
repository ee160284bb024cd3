using Shipper.Foundation.Hosting;
using Shipper.OrderLake.Commands;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Tests.Support;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The exit codes, through the executable's entry point.</summary>
[Collection("console")]
public sealed class CommandTests : IDisposable
{
    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_run_exits_with_0_also_when_records_are_left_out_or_nothing_is_new()
    {
        _lake.Put("a", OrderLine.Valid + "\n{oops\n");
        Assert.Equal(ExitCodes.Success, await TransformAsync());
        Assert.Equal(ExitCodes.Success, await TransformAsync("--json"));
    }

    [Fact]
    public async Task A_damaged_object_exits_with_65_and_the_rest_is_committed()
    {
        _lake.Put("a", TemporaryLake.Gzip(OrderLine.Valid + "\n")[..^3]);
        Assert.Equal(LakeExitCodes.DamagedObjects, await TransformAsync());
        Assert.Equal(["1"], _lake.Ask("select count(*) from {orders}"));
    }

    [Fact]
    public async Task A_raw_directory_that_does_not_exist_exits_with_66() =>
        Assert.Equal(
            LakeExitCodes.NoInput,
            await CommandRun.InvokeAsync("transform", "history", "--raw", _lake.Root + "/none", "--lake", _lake.Lake));

    [Fact]
    public async Task A_directory_that_is_no_lake_exits_with_73()
    {
        Directory.CreateDirectory(_lake.Lake);
        await File.WriteAllTextAsync(Path.Join(_lake.Lake, "letter.txt"), "");
        Assert.Equal(LakeExitCodes.CannotCreate, await TransformAsync());
        File.Delete(Path.Join(_lake.Lake, "letter.txt"));
        Directory.Delete(_lake.Lake);
        await File.WriteAllTextAsync(_lake.Lake, "");
        Assert.Equal(LakeExitCodes.CannotCreate, await TransformAsync());
    }

    [Fact]
    public async Task A_second_run_at_the_same_time_exits_with_75()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        using (new LakeDirectory(_lake.Lake).Begin())
        {
            Assert.Equal(ExitCodes.AlreadyRunning, await TransformAsync());
        }

        Assert.Equal(ExitCodes.Success, await TransformAsync());
    }

    [Fact]
    public async Task Another_way_to_tag_than_the_lakes_exits_with_78()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        await TransformAsync();
        Assert.Equal(ExitCodes.Configuration, await TransformAsync("--tag-by-usd"));
    }

    [Theory]
    [InlineData("--memory-limit", "lots")]
    [InlineData("--memory-limit", "1MiB")]
    [InlineData("--threads", "0")]
    [InlineData("--format", "xml")]
    [InlineData("--bogus", "1")]
    public async Task A_command_line_that_is_invalid_exits_with_2(string option, string value) =>
        Assert.Equal(ExitCodes.Usage, await TransformAsync(option, value));

    [Fact]
    public async Task A_lake_among_the_raw_objects_exits_with_2() =>
        Assert.Equal(
            ExitCodes.Usage,
            await CommandRun.InvokeAsync("transform", "history", "--raw", _lake.Raw, "--lake", Path.Join(_lake.Raw, "lake")));

    private Task<int> TransformAsync(params string[] more) =>
        CommandRun.InvokeAsync(["transform", "history", "--raw", _lake.Raw, "--lake", _lake.Lake, .. more]);
}
