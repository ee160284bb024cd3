using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

/// <summary>Runs the real executables of all programs.</summary>
public sealed partial class RunTests : IDisposable
{
    // Four minutes: they end a test that hangs, and say nothing about speed.
    private const int Attempts = 2400;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_short_run_loses_nothing_and_reports_it()
    {
        using var pipeline = PipelineProcess.Start("--duration", "5", "--rate", "2000", "--files", "3", "--data", _directory.At("data"));
        var (exitCode, output, error) = await pipeline.EndAsync();
        Assert.True(exitCode == 0, output + error);
        var lines = AssertNoLoss(output);
        Assert.InRange(lines, 1, 50_000); // without a pace it would write millions
        Assert.Equal(3, Directory.GetFiles(_directory.At("data/orders")).Length);
        Assert.Equal(
            lines,
            Directory.GetFiles(_directory.At("data/s3/local-orders"), "*", SearchOption.AllDirectories).Sum(
                path => File.ReadLines(path).LongCount()));
        AssertLake(output, lines);
        Assert.Single(PageLine().Matches(output));
        Assert.Equal("done", Shipper.OrderLake.Hosting.PipelineStatus.Read(_directory.At("data/run/status.json"))!.Phase);
        Assert.True(File.Exists(_directory.At("data/lake/tables/_lake.json")));
        Assert.Contains("\nlake ", output, StringComparison.Ordinal); // it has a process of its own
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z phase=writing ", output);
        Assert.Equal("", error);
    }

    [Fact]
    public async Task Refused_records_and_throttled_calls_lose_nothing()
    {
        using var pipeline = PipelineProcess.Start(
            "--duration", "3", "--rate", "2000", "--faults", "--data", _directory.At("data"),
            "--set", "Shipper:Flows:0:Aggregation:Mode=None", "--set", "Shipper:Flows:0:MaxBatchRecords=50");
        var (exitCode, output, error) = await pipeline.EndAsync();
        Assert.True(exitCode == 0, output + error);
        AssertLake(output, AssertNoLoss(output));
        Assert.Matches($@"(?m)^look at one: zgrep -m 3 \. '{Regex.Escape(_directory.At("data/s3/"))}[^']+'$", output);
        Assert.Matches(@"(?m)^refused    [1-9][\d,]* record", output);
    }

    [Fact]
    public async Task SIGTERM_drains_and_verifies_also_without_a_lake()
    {
        using var pipeline = PipelineProcess.Start("--no-lake", "--data", _directory.At("data"));
        await WrittenAsync();
        pipeline.Signal("TERM");
        var (exitCode, output, error) = await pipeline.EndAsync();
        Assert.True(exitCode == 0, output + error);
        AssertNoLoss(output);
        Assert.DoesNotContain("lake", output.Replace(_directory.Root, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.At("data/lake")));
    }

    [Fact]
    public async Task The_page_shows_the_running_pipeline_and_its_tables()
    {
        using var pipeline = PipelineProcess.Start("--data", _directory.At("data"));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var address = _directory.At("data/run/page-url");
        var html = "";
        for (var attempt = 0; attempt < Attempts && !(html.Contains("\"regions\"", StringComparison.Ordinal)
            && html.Contains("data-phase=\"writing\"", StringComparison.Ordinal)); attempt++)
        {
            await Task.Delay(100);
            html = File.Exists(address) ? await http.GetStringAsync(await File.ReadAllTextAsync(address)) : "";
        }

        Assert.Contains("Revenue by region", html, StringComparison.Ordinal);
        Assert.Contains("data-phase=\"writing\"", html, StringComparison.Ordinal);
        Assert.True((await http.GetByteArrayAsync(await File.ReadAllTextAsync(address) + "page.css")).Length > 2000);
        pipeline.Signal("TERM");
        var (exitCode, output, error) = await pipeline.EndAsync();
        Assert.True(exitCode == 0, output + error);
        AssertLake(output, AssertNoLoss(output));
    }

    [Fact]
    public async Task A_setting_that_a_service_refuses_ends_with_78_and_the_message_of_the_service()
    {
        using var pipeline = PipelineProcess.Start("--data", _directory.At("data"), "--set", "Shipper:Bogus=1");
        var (exitCode, _, error) = await pipeline.EndAsync();
        Assert.Equal(78, exitCode);
        Assert.Contains("the shipper ended with exit code 78", error, StringComparison.Ordinal);
        Assert.Contains("Shipper:Bogus", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_processes_of_a_killed_pipeline_end_too()
    {
        using var pipeline = PipelineProcess.Start("--data", _directory.At("data"), "--set", "Shipper:ShutdownTimeout=1s");
        await WrittenAsync();
        Assert.Equal(4, await OurProcessesAsync(4));
        pipeline.Signal("KILL");
        await pipeline.EndAsync();
        for (var attempt = 0; attempt < Attempts && OurProcesses() > 0; attempt++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(0, OurProcesses());
    }

    [Fact]
    public async Task A_bad_option_is_one_line_and_exit_code_2()
    {
        using var pipeline = PipelineProcess.Start("--rate", "fast");
        var (exitCode, output, error) = await pipeline.EndAsync();
        Assert.Equal((2, "", 1), (exitCode, output, error.Count(character => character == '\n')));
    }

    private static long AssertNoLoss(string output)
    {
        var match = Verdict().Match(output);
        Assert.True(match.Success, output);
        Assert.Equal(match.Groups[1].Value, match.Groups[2].Value);
        return long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    // The sum of rows and rejects is that of the lines.
    private static void AssertLake(string output, long lines)
    {
        var match = LakeLine().Match(output);
        Assert.True(match.Success, output);
        long Number(int group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        Assert.Equal(lines, Number(2));
        Assert.Equal(lines, Number(1) + Number(3));
        Assert.Equal(Number(3), Regex.Matches(match.Groups[4].Value, @"[a-z_]+ (\d+)").Sum(
            reason => long.Parse(reason.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.True(Number(5) > 0, output);
    }

    private async Task WrittenAsync()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var orders = new DirectoryInfo(_directory.At("data/orders"));
            if (orders.Exists && orders.EnumerateFiles().Any(file => file.Length > 0))
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("The generator wrote nothing within 4 min.");
    }

    private int OurProcesses() => Directory.EnumerateDirectories("/proc").Count(path => CommandLine(path) is var words
        && words.Contains(_directory.Root, StringComparison.Ordinal) && !words.Contains(
            "local-pipeline\0--data", StringComparison.Ordinal));

    // The lake is started last.
    private async Task<int> OurProcessesAsync(int expected)
    {
        for (var attempt = 0; attempt < Attempts && OurProcesses() < expected; attempt++)
        {
            await Task.Delay(100);
        }

        return OurProcesses();
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"(?m)^input (\d+), unique (\d+), duplicate 0, loss 0 \(0\.00 %\)$")]
    private static partial Regex Verdict();

    [GeneratedRegex(@"(?m)^The page is at http://127\.0\.0\.1:\d+/$")]
    private static partial Regex PageLine();

    [GeneratedRegex(@"(?m)^lake: (\d+) rows from (\d+) lines, (\d+) rejected(?: \((.+)\))?, (\d+) partitions$")]
    private static partial Regex LakeLine();
}
