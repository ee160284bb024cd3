using System.Diagnostics;
using Shipper.OrderLake.Tests.Support;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The real process, killed; tests/campaigns/lake-kill9.sh has the long form.</summary>
public sealed class KillTests : IDisposable
{
    private const int Objects = 12;
    private const int LinesPerObject = 500;

    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_lake_is_exact_after_kill_9_at_any_moment_and_two_runs_at_a_time()
    {
        var took = Stopwatch.StartNew();
        Put(0);
        Assert.Equal(0, await RunAsync(null));
        var length = took.Elapsed;
        for (var number = 1; number < Objects; number++)
        {
            Put(number);
            await Task.WhenAll(RunAsync(length * number / Objects), RunAsync(null));

            // Whatever was killed: the table has whole runs only.
            Assert.Equal(["0"], _lake.Ask($"select count(*) % {LinesPerObject} from {{orders}}"));
            Assert.Equal(_lake.Ask("select sum(kept) from {objects}"), _lake.Ask("select count(*) from {orders}"));
        }

        Assert.Equal(0, await RunAsync(null));
        Assert.Equal(
            [$"{Objects * LinesPerObject}|{Objects * LinesPerObject}"],
            _lake.Ask("select count(*), count(distinct customerid) from {orders}"));
        Assert.False(Directory.Exists(Path.Join(_lake.Lake, "_staging")));
    }

    [Fact]
    public async Task Watch_takes_what_arrives_until_it_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        using var watch = Start("watch", "--raw", _lake.Raw, "--lake", _lake.Lake, "--interval", "1");
        foreach (var number in new[] { 1, 2 })
        {
            Put(number);
            var line = await watch.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token);
            Assert.StartsWith($"lake: {LinesPerObject} rows from {LinesPerObject} records in 1 objects", line, StringComparison.Ordinal);
        }

        using (var kill = Process.Start("kill", ["-TERM", $"{watch.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await watch.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token);
        Assert.Equal(0, watch.ExitCode);
    }

    private void Put(int number)
    {
        var lines = Enumerable.Range(0, LinesPerObject).Select(line => OrderLine.With(
            ("CustomerID", $"\"{number}-{line}\""), ("InvoiceDate", $"\"2010-12-{1 + (line % 28):D2} 08:26:00\"")));
        _lake.Put($".{number:D4}", TemporaryLake.Gzip(string.Join('\n', lines) + "\n"));
        File.Move(Path.Join(_lake.Raw, $".{number:D4}"), Path.Join(_lake.Raw, $"{number:D4}")); // whole, or not there
    }

    private async Task<int> RunAsync(TimeSpan? killAfter)
    {
        using var process = Start("transform", "history", "--raw", _lake.Raw, "--lake", _lake.Lake);
        if (killAfter is { } delay)
        {
            await Task.Delay(delay);
            process.Kill();
        }

        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token);
        return process.ExitCode;
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "order-lake"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
}
