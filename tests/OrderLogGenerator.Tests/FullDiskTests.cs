using System.Text;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LeapingTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_full_disk_neither_tears_nor_repeats_a_line()
    {
        var disk = new FaultyDirectory { FreeBytes = 10 };
        disk.OnFailure = failures => disk.FreeBytes = failures == 5 ? 1000 : 0;
        using var writer = Writer(disk);
        var lines = Encoding.UTF8.GetBytes("first line\nsecond line\nthird line\n");
        var result = await writer.WriteAsync(lines, 3, CancellationToken.None);
        Assert.Equal(new WriteResult(3, lines.Length), result);
        Assert.Equal(lines, File.ReadAllBytes(_directory[_directory.Names[0]]));
        Assert.Equal(5, disk.Failures);
    }

    [Fact]
    public async Task A_full_disk_is_reported_with_a_remedy_and_not_at_every_attempt()
    {
        var disk = new FaultyDirectory { FreeBytes = 0 };
        disk.OnFailure = failures => disk.FreeBytes = failures == 20 ? 1000 : 0;
        using var writer = Writer(disk);
        await writer.WriteAsync("line\n"u8.ToArray(), 1, CancellationToken.None);
        var reports = _logger.Messages.Where(message => message.Contains("No space left on device", StringComparison.Ordinal)).ToList();
        Assert.InRange(reports.Count, 2, 5);
        Assert.Contains("Free space", reports[0], StringComparison.Ordinal);
        Assert.Contains(_logger.Messages, message => message.Contains("again after 20 failed attempts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_on_a_full_disk_leaves_whole_lines_and_counts_them()
    {
        using var stop = new CancellationTokenSource();
        var disk = new FaultyDirectory { FreeBytes = 15, OnFailure = _ => stop.Cancel() };
        using var writer = Writer(disk);
        var result = await writer.WriteAsync("first line\nsecond line\n"u8.ToArray(), 2, stop.Token);
        Assert.Equal(new WriteResult(1, 11), result);
        Assert.Equal("first line\n", File.ReadAllText(_directory[_directory.Names[0]]));
    }

    [Fact]
    public async Task A_rotation_that_becomes_due_waits_until_the_partly_written_line_is_complete()
    {
        var disk = new FaultyDirectory { FreeBytes = 3 };
        disk.OnFailure = failures =>
        {
            _time.Advance(TimeSpan.FromHours(1));
            disk.FreeBytes = failures == 3 ? 1000 : 0;
        };
        using var writer = Writer(disk, new RotationOptions { Interval = TimeSpan.FromMinutes(1) });
        await writer.WriteAsync("first line\n"u8.ToArray(), 1, CancellationToken.None);
        Assert.Equal("first line\n", File.ReadAllText(_directory[Assert.Single(_directory.Names)]));
    }

    [Fact]
    public async Task A_missing_permission_is_retried_until_it_is_granted()
    {
        var disk = new FaultyDirectory { CreateFault = new UnauthorizedAccessException("Access to the path is denied.") };
        disk.OnFailure = failures => disk.CreateFault = failures == 3 ? null : disk.CreateFault;
        using var writer = Writer(disk);
        await writer.WriteAsync("line\n"u8.ToArray(), 1, CancellationToken.None);
        Assert.Equal("line\n", File.ReadAllText(_directory[Assert.Single(_directory.Names)]));
        Assert.Contains(_logger.Messages, message => message.Contains("denied", StringComparison.Ordinal));
    }

    private LogWriter Writer(ILogDirectory disk, RotationOptions? rotation = null)
    {
        rotation ??= new RotationOptions();
        var rotating = new RotatingFile(new LogFileNames(_directory.Path, "{time}.log", 0, 1), rotation, disk, _time);
        return new LogWriter(rotating, RotationRule.From(rotation), _time, _logger);
    }
}
