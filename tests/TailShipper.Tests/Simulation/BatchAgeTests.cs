using System.Globalization;
using System.Text;
using Shipper.TailShipper.Batching;
using Xunit;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A batch is as old as its first line is in its file, whenever that was read.</summary>
public sealed class BatchAgeTests
{
    private const int Margin = 15;

    [Theory]
    [InlineData(100, 1, 0)]
    [InlineData(100, 20, 7)] // a batch is due 7 ms after the file was read, when nothing new is there
    [InlineData(100, 20, 13)]
    [InlineData(100, 30, 0)]
    [InlineData(100, 900, 0)]
    [InlineData(20, 7, 0)]
    [InlineData(1000, 3, 0)]
    [InlineData(1000, 250, 0)]
    public void No_line_leaves_later_than_the_age_after_it_was_written(int age, int interval, int begin)
    {
        var stage = NewStage(age);
        stage.Run(TimeSpan.FromMilliseconds(3000 + begin));
        var written = new List<long>();
        for (var elapsed = 0; elapsed < 8000; elapsed += interval)
        {
            stage.Disk.Append("/logs/app.log", string.Create(CultureInfo.InvariantCulture, $"line {written.Count}\n"));
            written.Add(stage.Clock.Now);
            stage.Run(TimeSpan.FromMilliseconds(interval));
        }

        stage.Run(3);
        var left = stage.Firehose.Calls.SelectMany(call => call.Records.SelectMany(record =>
            Encoding.ASCII.GetString(record).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.StartsWith("line", StringComparison.Ordinal))
                .Select(line => (Number: int.Parse(line[5..], CultureInfo.InvariantCulture), call.At)))).ToList();
        Assert.Equal(Enumerable.Range(0, written.Count), left.Select(line => line.Number));
        Assert.All(left, line => Assert.InRange(Milliseconds(line.At - written[line.Number]), 0, age + Margin));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.2)]
    public void Lines_wait_for_others_as_long_as_they_may(double interval)
    {
        var stage = NewStage(1000);
        stage.Run(3);
        var before = stage.Firehose.Calls.Count;
        for (var written = 0.0; written < 20; written += interval)
        {
            stage.Disk.Append("/logs/app.log", "line\n");
            stage.Run(interval);
        }

        Assert.InRange(stage.Firehose.Calls.Count - before, 18, 22);
    }

    [Theory]
    [InlineData("line\n", 20, 75)]
    [InlineData(null, 90, 250)]
    public void A_file_of_few_bytes_is_read_less_often_while_its_lines_wait(string? line, int least, int most)
    {
        line ??= new string('x', 19_999) + "\n";
        var stage = NewStage(1000);
        stage.Run(3);
        var before = stage.Disk.Reads;
        for (var written = 0; written < 200; written++)
        {
            stage.Disk.Append("/logs/app.log", line);
            stage.Run(0.05);
        }

        Assert.InRange(stage.Disk.Reads - before, least, most);
    }

    [Fact]
    public void A_lone_line_waits_for_others_from_when_it_was_written()
    {
        var stage = NewStage(1000);
        stage.Run(10);
        stage.Disk.Append("/logs/app.log", "lone\n");
        var written = stage.Clock.Now;
        stage.Run(3);
        Assert.InRange(Milliseconds(stage.Firehose.Calls[^1].At - written), 900, 1000 + Margin);
    }

    [Fact]
    public void Bodies_made_of_a_backlog_are_full()
    {
        var stage = NewStage(100);
        stage.Run(3);
        var before = stage.Firehose.Calls.Count;
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 199) + "\n", 100_000)));
        stage.Disk.Append("/logs/app.log", text);
        stage.Run(20);
        var bodies = stage.Firehose.Calls.Skip(before).Select(call => call.Records.Sum(record => record.Length)).ToList();
        Assert.Equal(text.Length, bodies.Sum());
        Assert.True(bodies.Count <= 14, string.Join(' ', bodies));
    }

    private static Stage NewStage(int age)
    {
        SimulatedWatch? watch = null;
        var stage = new Stage(new StageOptions
        {
            MaxCalls = 4,
            MaxBatchAge = TimeSpan.FromMilliseconds(age),
            Packing = new Packing(1_000_000, int.MaxValue),
            MemoryChunks = 400,
            Watch = wake => watch = new SimulatedWatch(wake),
        });
        stage.Disk.Append("/logs/app.log", "first\n");
        stage.Start();
        watch!.Follow(stage.Disk);
        return stage;
    }

    private static double Milliseconds(long ticks) => TimeSpan.FromTicks(ticks).TotalMilliseconds;
}
