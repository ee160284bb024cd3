using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A last line without its end is a line once nobody writes to its file any more.</summary>
public sealed class UnfinishedLineTests : IDisposable
{
    private const string Log = "/logs/app.log";

    private SimulatedWatch? _watch;

    public void Dispose() => _watch?.Dispose();

    [Fact]
    public void A_file_whose_writer_closed_it_without_a_newline_is_shipped_after_ten_seconds()
    {
        var stage = Started("/logs/*.json");
        for (var order = 1; order <= 3; order++)
        {
            stage.Disk.Append($"/logs/{order}.json", $"{{\"order\":{order}}}");
            _watch!.Notice(WatchEvents.Names | WatchEvents.Written, $"/logs/{order}.json");
            _watch.Notice(WatchEvents.Written, $"/logs/{order}.json", isClosed: true);
        }

        stage.Run(9);
        Assert.Empty(stage.Delivered.ToString());
        Assert.Equal(33, stage.Counters.UnfinishedBytes);
        stage.Run(4);
        Assert.Equal("{\"order\":1}\n{\"order\":2}\n{\"order\":3}\n", Lines.Sorted(stage.Delivered.ToString()));
        Assert.Equal((3, 0), (stage.Counters.LinesUnfinished, stage.Counters.UnfinishedBytes));
        Assert.Equal(0, stage.Counters.LagBytes);
        stage.Disk.Append("/logs/1.json", "\n{\"order\":4}\n");
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(100);
        Assert.Equal("\n{\"order\":1}\n{\"order\":2}\n{\"order\":3}\n{\"order\":4}\n", "\n" + Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void Without_a_watch_it_waits_for_a_minute_and_one_from_before_the_start_no_longer()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*"], UnfinishedLineWait = TimeSpan.FromSeconds(60) });
        stage.Disk.Append("/logs/old", "old");
        stage.Run(300);
        stage.Start();
        stage.Disk.Append("/logs/new", "new");
        stage.Run(4);
        Assert.Empty(stage.Delivered.ToString());
        stage.Run(6);
        Assert.Equal("old\n", stage.Delivered.ToString());
        stage.Run(45);
        Assert.Equal("old\n", stage.Delivered.ToString());
        stage.Run(10);
        Assert.Equal("old\nnew\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_writer_that_flushes_blocks_within_a_line_every_half_minute_is_not_cut()
    {
        var stage = Started(Log);
        var line = new string('x', 10_000);
        for (var at = 0; at < 40_960; at += 4096)
        {
            stage.Disk.Append(Log, $"{line}\n{line}\n{line}\n{line}\n{line}\n".Substring(at, 4096));
            _watch!.Notice(WatchEvents.Written, Log);
            stage.Run(30);
        }

        Assert.Equal(0, stage.Counters.LinesUnfinished);
        Assert.Equal(4, stage.Delivered.ToString().Count(value => value == '\n'));
        Assert.Equal($"{line}\n{line}\n{line}\n{line}\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_write_after_a_writer_closed_the_file_takes_the_evidence_back()
    {
        var stage = Started(Log);
        stage.Disk.Append(Log, "begun by one");
        _watch!.Notice(WatchEvents.Names | WatchEvents.Written, Log);
        stage.Run(1);
        _watch.Notice(WatchEvents.Written, Log, isClosed: true);
        stage.Run(8);
        stage.Disk.Append(Log, ", continued by another");
        _watch.Notice(WatchEvents.Written, Log);
        stage.Run(40);
        stage.Disk.Append(Log, " and ended\n");
        stage.Run(5);

        Assert.Equal("begun by one, continued by another and ended\n", stage.Delivered.ToString());
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "half\n")]
    public void The_setting_changes_the_time_or_switches_it_off(int seconds, string expected)
    {
        var stage = new Stage(new StageOptions { Patterns = [Log], UnfinishedLineWait = TimeSpan.FromSeconds(seconds) });
        stage.Disk.Append(Log, "half");
        stage.Start();
        stage.Run(30);

        Assert.Equal(expected, stage.Delivered.ToString());
        Assert.Equal(seconds == 0 ? 4 : 0, stage.Counters.UnfinishedBytes);
    }

    [Fact]
    public void What_is_written_after_that_begins_a_line_and_padding_behind_it_stays_padding()
    {
        var stage = Started(Log);
        stage.Disk.Append(Log, "first half");
        stage.Disk.AppendFill(Log, '\0', 5000);
        stage.Run(70);
        stage.Disk.WriteAt(Log, 10, ", second half\n");
        stage.Run(10);

        Assert.Equal("first half\n, second half\n", stage.Delivered.ToString());
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(1, stage.Counters.LinesUnfinished);
    }

    [Fact]
    public void A_line_too_long_for_a_record_that_is_not_ended_goes_to_the_dead_letters()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log], UnfinishedLineWait = TimeSpan.FromSeconds(60) });
        stage.Disk.Append(Log, "");
        stage.Disk.AppendFill(Log, 'x', 1_500_000);
        stage.Start();
        stage.Run(30);
        Assert.Equal(0, stage.DeadLetters.Length);
        stage.Run(40);
        Assert.Equal(1_500_000, stage.DeadLetters.Length);
        Assert.Equal(1, stage.Counters.LinesUnfinished);
    }

    [Fact]
    public void A_multi_line_record_whose_last_line_has_no_newline_is_shipped_too()
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = [Log],
            UnfinishedLineWait = TimeSpan.FromSeconds(60),
            Framing = new FramingSettings { MultiLine = new MultiLineSettings("^>", 500, 1_024_000, TimeSpan.FromSeconds(5)) },
        });
        stage.Disk.Append(Log, ">a\nb\n>c\nd");
        stage.Start();
        stage.Run(80);

        Assert.Equal(">a\nb\n>c\nd\n", stage.Delivered.ToString());
    }

    [Theory]
    [InlineData(nameof(LineEnd.Nul), "{\"a\":1}\0{\"a\":\n2}\0\0\0{\"a\":3}", "{\"a\":1}\n{\"a\":\n2}\n{\"a\":3}\n")]
    [InlineData(nameof(LineEnd.CarriageReturn), "1 of 3\r2 of 3\r3 of 3\r\ndone\nlast\r", "1 of 3\n2 of 3\n3 of 3\ndone\nlast\n")]
    public void Other_ends_of_lines_are_a_setting(string lineEnd, string written, string shipped)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = [Log],
            UnfinishedLineWait = TimeSpan.FromSeconds(60),
            Framing = new FramingSettings { LineEnd = Enum.Parse<LineEnd>(lineEnd) },
        });
        stage.Disk.Append(Log, "");
        stage.Start();
        foreach (var value in written)
        {
            stage.Disk.Append(Log, value.ToString());
            stage.Run(0.3);
        }

        stage.KillAfterCommit();
        stage.Start();
        stage.Run(80);
        Assert.Equal(shipped, stage.Delivered.ToString());
        Assert.Equal(0, stage.Counters.LagBytes);
    }

    [Fact]
    public void A_progress_bar_is_forty_thousand_lines_where_the_setting_says_so()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log], Framing = new FramingSettings { LineEnd = LineEnd.CarriageReturn } });
        var steps = Enumerable.Range(0, 40_000).Select(step => $"{step:D5} of 40000 [=====>     ] 12.3 it/s\r");
        stage.Disk.Append(Log, string.Concat(steps) + "done\n");
        stage.Start();
        stage.Run(60);

        Assert.Equal(40_001, stage.Delivered.ToString().Count(value => value == '\n'));
        Assert.Empty(stage.DeadLetters.Letters);
        Assert.DoesNotContain('\r', stage.Delivered.ToString());
    }

    [Fact]
    public void Without_the_setting_a_progress_bar_is_pointed_out_before_it_is_too_long_for_a_record()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log], Trace = true });
        stage.Disk.Append(Log, string.Concat(Enumerable.Range(0, 5000).Select(step => $"{step:D5} of 40000 [=====>     ]\r")));
        stage.Start();
        stage.Run(20);

        Assert.Contains("set LineEnd to CarriageReturn", stage.Trace.ToString(), StringComparison.Ordinal);
        Assert.Empty(stage.DeadLetters.Letters);
    }

    private Stage Started(string pattern)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = [pattern],
            UnfinishedLineWait = TimeSpan.FromSeconds(60),
            Watch = wake => _watch = new SimulatedWatch(wake),
        });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        return stage;
    }
}
