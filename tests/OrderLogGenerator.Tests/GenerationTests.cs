using System.Text.Json;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Hosting;
using Shipper.OrderLogGenerator.Replay;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class GenerationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_run_keeps_its_rate_and_ends_at_its_number_of_lines()
    {
        var counts = await RunAsync(new GeneratorOptions { LinesPerSecond = 500, MaxLines = 30_000 });
        Assert.Equal(30_000, counts.Lines);
        Assert.Equal(30_000, All().Count);
        Assert.InRange(counts.Elapsed.TotalSeconds, 59.9, 60.2);
        Assert.Contains(_logger.Messages, message => message.StartsWith("Wrote ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_files_take_turns_and_share_one_sequence()
    {
        var counts = await RunAsync(new GeneratorOptions { LinesPerSecond = 1000, MaxLines = 8000, Files = 8, Sequence = true });
        Assert.Equal(8, counts.Files);
        Assert.Equal(Enumerable.Range(0, 8).Select(file => $"20260131-080000-{file}.log"), _directory.Names);
        Assert.Equal(
            Enumerable.Range(0, 8000).Select(number => (long)number), All().Select(line => line.GetProperty("seq").GetInt64()).Order());
        Assert.All(_directory.Names, name => Assert.InRange(File.ReadAllLines(_directory[name]).Length, 800, 1200));
    }

    [Fact]
    public async Task The_counts_match_the_files_across_rotations()
    {
        var rotation = new RotationOptions { MaxBytes = 50_000, Mode = RotationMode.Rename };
        var counts = await RunAsync(new GeneratorOptions { LinesPerSecond = 0, MaxLines = 5000, Rotation = rotation, Files = 2 });
        Assert.Equal(5000, All().Count);
        Assert.Equal(counts.Files, _directory.Names.Count);
        Assert.Equal(counts.Bytes, _directory.Names.Sum(name => new FileInfo(_directory[name]).Length));
        Assert.All(_directory.Names, name => Assert.InRange(new FileInfo(_directory[name]).Length, 1, 50_000));
    }

    [Fact]
    public async Task A_stop_leaves_whole_lines()
    {
        using var stop = new CancellationTokenSource();
        var disk = new FaultyDirectory { FreeBytes = 12_345, OnFailure = _ => stop.Cancel() };
        var counts = await RunAsync(new GeneratorOptions { LinesPerSecond = 1000 }, disk, stop.Token);
        var bytes = File.ReadAllBytes(_directory[Assert.Single(_directory.Names)]);
        Assert.Equal((byte)'\n', bytes[^1]);
        Assert.Equal(counts.Bytes, bytes.Length);
        Assert.Equal(counts.Lines, bytes.Count(value => value == '\n'));
    }

    [Fact]
    public async Task The_status_file_ends_with_the_final_counts()
    {
        using var elsewhere = new TemporaryDirectory();
        var options = new GeneratorOptions { LinesPerSecond = 100, MaxLines = 500, StatusPath = elsewhere["status/now.json"] };
        var counts = await RunAsync(options);
        using var status = JsonDocument.Parse(File.ReadAllBytes(options.StatusPath));
        Assert.Equal(500, status.RootElement.GetProperty("lines").GetInt64());
        Assert.Equal(counts.Bytes, status.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(1, status.RootElement.GetProperty("files").GetInt64());
        Assert.Equal(0, status.RootElement.GetProperty("malformed").GetInt64());
        Assert.True(status.RootElement.GetProperty("done").GetBoolean());
    }

    [Fact]
    public async Task A_status_file_that_cannot_be_written_does_not_stop_the_lines()
    {
        var counts = await RunAsync(new GeneratorOptions { LinesPerSecond = 100, MaxLines = 500, StatusPath = "/proc/nowhere/now.json" });
        Assert.Equal(500, counts.Lines);
        Assert.Single(_logger.Messages, message => message.StartsWith("Cannot write the status file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_at_a_set_speed_takes_as_long_as_its_dates_say()
    {
        using var elsewhere = new TemporaryDirectory();
        var rows = "1,a,x,1,12/1/2010 8:00,1,,EIRE\n2,a,x,1,12/1/2010 9:00,1,,EIRE\n3,a,x,1,12/1/2010 10:00,1,,EIRE\n";
        var path = elsewhere.Write("in.csv", string.Join(',', Replay.RetailColumns.Names) + "\n" + rows);
        var counts = await RunAsync(new GeneratorOptions { Replay = new ReplayOptions { Path = path, SpeedUp = 60 } });
        Assert.Equal(3, counts.Lines);
        Assert.InRange(counts.Elapsed.TotalSeconds, 120, 121);
    }

    private async Task<GenerationCounts> RunAsync(
        GeneratorOptions options, ILogDirectory? disk = null, CancellationToken stopping = default)
    {
        options.Directory = _directory.Path;
        var time = new LeapingTimeProvider();
        using var source = LineSources.Create(options, time, _logger);
        using var files = new LogFileSet(options, disk ?? new DiskLogDirectory(true), time, _logger);
        var status = options.StatusPath is { } path ? new StatusFile(path, _logger) : null;
        var generation = new Generation(options, source, files, new ProgressReport(status, _logger), time);
        await generation.RunAsync(stopping);
        return generation.Counts;
    }

    private List<JsonElement> All() =>
        [.. _directory.Names.SelectMany(name => File.ReadAllLines(_directory[name])).Select(line => JsonDocument.Parse(line).RootElement)];
}
