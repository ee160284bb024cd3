using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class LogFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LeapingTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Renaming_raises_the_number_of_every_file_and_keeps_the_configured_count()
    {
        using var writer = Writer(new RotationOptions { MaxBytes = 8, Mode = RotationMode.Rename, Keep = 2 }, "orders.log");
        await WriteAsync(writer, "line 1\n", "line 2\n", "line 3\n", "line 4\n");
        Assert.Equal(["orders.log", "orders.log.1", "orders.log.2"], _directory.Names);
        Assert.Equal("line 4\n", Read("orders.log"));
        Assert.Equal("line 3\n", Read("orders.log.1"));
        Assert.Equal("line 2\n", Read("orders.log.2"));
    }

    [Fact]
    public async Task Copytruncate_keeps_the_file_open_and_truncates_it()
    {
        using var writer = Writer(new RotationOptions { MaxBytes = 8, Mode = RotationMode.CopyTruncate }, "orders.log");
        await WriteAsync(writer, "line 1\n");
        using var reader = new FileStream(_directory["orders.log"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await WriteAsync(writer, "line 2\n", "line 3\n");
        Assert.Equal(["orders.log", "orders.log.1", "orders.log.2"], _directory.Names);
        Assert.Equal("line 3\n", new StreamReader(reader).ReadToEnd());
        Assert.Equal("line 1\n", Read("orders.log.2"));
    }

    [Fact]
    public async Task New_files_are_named_by_the_time_and_never_collide()
    {
        _directory.Write("20260131-080000.log", "somebody else's\n");
        using var writer = Writer(new RotationOptions { MaxBytes = 8 });
        await WriteAsync(writer, "line 1\n", "line 2\n");
        _time.Advance(TimeSpan.FromSeconds(61));
        await WriteAsync(writer, "line 3\n");
        Assert.Equal(["20260131-080000.log", "20260131-080000_1.log", "20260131-080000_2.log", "20260131-080101.log"], _directory.Names);
        Assert.Equal("somebody else's\n", Read("20260131-080000.log"));
        Assert.Equal(3, writer.Files);
    }

    [Fact]
    public async Task Retention_deletes_the_oldest_files_of_its_pattern_and_nothing_else()
    {
        string[] others = ["20200101-000000.txt", "20200101-000000.log.1", "notes.log", "x20200101-000000.log"];
        foreach (var name in others.Append("20200101-000000.log").Append("20200101-000000_2.log").Append("20200101-000000_10.log"))
        {
            _directory.Write(name, "old\n");
        }

        using var writer = Writer(new RotationOptions { MaxBytes = 8, Keep = 2 });
        await WriteAsync(writer, "line 1\n");
        Assert.Equal(
            others.Append("20200101-000000_2.log").Append("20200101-000000_10.log").Append("20260131-080000.log")
                .Order(StringComparer.Ordinal),
            _directory.Names);
        await WriteAsync(writer, "line 2\n", "line 3\n", "line 4\n");
        Assert.Equal(
            others.Append("20260131-080000_1.log").Append("20260131-080000_2.log").Append("20260131-080000_3.log")
                .Order(StringComparer.Ordinal),
            _directory.Names);
    }

    [Fact]
    public async Task A_file_is_rotated_when_its_interval_is_over()
    {
        using var writer = Writer(
            new RotationOptions { MaxBytes = 0, Interval = TimeSpan.FromMinutes(1), Mode = RotationMode.Rename }, "orders.log");
        await WriteAsync(writer, "line 1\n");
        _time.Advance(TimeSpan.FromSeconds(59));
        await WriteAsync(writer, "line 2\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(writer, "line 3\n");
        Assert.Equal("line 1\nline 2\n", Read("orders.log.1"));
        Assert.Equal("line 3\n", Read("orders.log"));
    }

    [Fact]
    public async Task What_an_earlier_run_left_under_a_fixed_name_is_rotated_first()
    {
        _directory.Write("orders.log", "earlier, and torn");
        using var writer = Writer(new RotationOptions { Mode = RotationMode.Rename }, "orders.log");
        await WriteAsync(writer, "line 1\n");
        Assert.Equal("earlier, and torn", Read("orders.log.1"));
        Assert.Equal("line 1\n", Read("orders.log"));
    }

    [Fact]
    public async Task A_file_truncated_by_another_process_is_continued_without_a_gap()
    {
        using var writer = Writer(new RotationOptions());
        await WriteAsync(writer, "line 1\n");
        File.WriteAllBytes(_directory[_directory.Names[0]], []);
        await WriteAsync(writer, "line 2\n");
        Assert.Equal("line 2\n", Read(_directory.Names[0]));
    }

    [Fact]
    public void Files_are_accessible_to_owner_and_group_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions");
        var directory = new DiskLogDirectory(createDirectories: true);
        using var file = directory.Create(_directory["new/orders.log"]);
        Assert.Equal("0640", Mode(_directory["new/orders.log"]));
        Assert.Equal("0750", Mode(_directory["new"]));
    }

    [Fact]
    public void A_batch_is_split_at_line_ends_and_no_file_exceeds_its_maximum() => Prop.ForAll(
        Gen.Choose(1, 30).NonEmptyListOf().ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (lengths, bound) =>
        {
            var batch = Encoding.ASCII.GetBytes(string.Concat(lengths.Select(length => new string('x', length - 1) + "\n")));
            var rule = new RotationRule(bound, TimeSpan.Zero);
            long length = 0;
            for (var done = 0; done < batch.Length;)
            {
                var fits = rule.Fits(batch.AsSpan(done), length, TimeSpan.Zero);
                if (fits == 0)
                {
                    Assert.NotEqual(0, length);
                    length = 0;
                    continue;
                }

                Assert.Equal((byte)'\n', batch[done + fits - 1]);
                Assert.True(length + fits <= bound || (length == 0 && batch.AsSpan(done, fits).Count((byte)'\n') == 1));
                (done, length) = (done + fits, length + fits);
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static string Mode(string path) =>
        OperatingSystem.IsWindows() ? "" : "0" + Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static async Task WriteAsync(LogWriter writer, params string[] lines)
    {
        foreach (var line in lines)
        {
            var result = await writer.WriteAsync(Encoding.UTF8.GetBytes(line), 1, CancellationToken.None);
            Assert.Equal(new WriteResult(1, line.Length), result);
        }
    }

    private LogWriter Writer(RotationOptions rotation, string pattern = "{time}.log")
    {
        var rotating = new RotatingFile(new LogFileNames(_directory.Path, pattern, 0, 1), rotation, new DiskLogDirectory(true), _time);
        return new LogWriter(rotating, RotationRule.From(rotation), _time, NullLogger.Instance);
    }

    private string Read(string name)
    {
        using var stream = new FileStream(_directory[name], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }
}
