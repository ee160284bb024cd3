using System.IO.Compression;
using Shipper.Foundation.Hosting;
using Shipper.OrderLogGenerator.Hosting;
using Shipper.OrderLogGenerator.Replay;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

/// <summary>Calls the executable's entry point in this process.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_finished_run_exits_with_0()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("run", "MaxLines=100", "LinesPerSecond=0"));
        Assert.Equal(100, File.ReadAllLines(_directory[Assert.Single(_directory.Names)]).Length);
    }

    [Fact]
    public async Task A_check_exits_with_0_and_writes_nothing()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("check", "MaxLines=100"));
        Assert.Empty(_directory.Names);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_exits_with_78() =>
        Assert.Equal(ExitCodes.Configuration, await RunAsync("run", "LinesPerSecond=-1"));

    [Fact]
    public async Task A_setting_of_the_log_that_is_none_exits_with_78() =>
        Assert.Equal(ExitCodes.Configuration, await InvokeAsync("check", "--set", "Serilog:MinimumLvel=Debug"));

    [Fact]
    public async Task An_unexpected_error_exits_with_1()
    {
        // A gzip with damaged content passes the check of its header and fails in the middle.
        var rows = new MemoryStream();
        using (var gzip = new GZipStream(rows, CompressionLevel.NoCompression, leaveOpen: true))
        using (var writer = new StreamWriter(gzip))
        {
            writer.Write(string.Join(',', Replay.RetailColumns.Names) + "\n");
            for (var row = 0; row < 100_000; row++)
            {
                writer.Write("1,a,x,1,12/1/2010 8:00,1,,EIRE\n");
            }
        }

        using var elsewhere = new TemporaryDirectory();
        var bytes = rows.ToArray();
        bytes.AsSpan(bytes.Length / 2, 70_000).Fill(0xff);
        File.WriteAllBytes(elsewhere["in.csv.gz"], bytes);
        Assert.Equal(
            ExitCodes.Fault, await RunAsync("run", $"Replay:Path={elsewhere["in.csv.gz"]}", "Replay:Encoding=Latin1", "LinesPerSecond=0"));
    }

    [Fact]
    public async Task An_unknown_option_exits_with_2() => Assert.Equal(ExitCodes.Usage, await InvokeAsync("run", "--bogus"));

    private Task<int> RunAsync(string command, params string[] settings) => InvokeAsync(
    [
        command, "--set", $"Generator:Directory={_directory.Path}",
        .. settings.SelectMany(setting => new[] { "--set", "Generator:" + setting }),
    ]);

    private static async Task<int> InvokeAsync(params string[] arguments)
    {
        var entry = typeof(Hosting.GeneratorCommands).Assembly.EntryPoint!;
        return entry.Invoke(null, [arguments]) switch
        {
            Task<int> task => await task,
            int code => code,
            var other => throw new InvalidOperationException($"the entry point returned {other}"),
        };
    }
}
