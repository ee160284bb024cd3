using System.Globalization;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Many files, few descriptors: every line once all the same.</summary>
public sealed class DescriptorTests
{
    private const int Files = 120;
    private const int Budget = 16;
    private readonly StageOptions _options = new()
    {
        Patterns = ["/logs/*.log"],
        MaxOpenFiles = Budget,
        Packing = new Packing(100_000, int.MaxValue),
    };

    [Theory]
    [InlineData(1L)]
    [InlineData(2 * TimeSpan.TicksPerSecond)]
    public void Files_beyond_the_budget_have_their_turn_and_no_line_is_missing_or_repeated(long grain)
    {
        var stage = new Stage(_options);
        stage.Disk.TimeGrain = grain;
        Write(stage, "first");
        stage.Start();
        var most = 0;
        stage.Disk.BeforeCall = () => most = Math.Max(most, stage.Disk.OpenFiles);
        stage.Run(20);
        Exactly(stage, "first");
        Write(stage, "second");
        stage.Run(20);
        Exactly(stage, "first", "second");
        Assert.InRange(most, 2, Budget);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_beyond_the_budget_that_are_equal_are_shipped_too_also_while_more_come(bool moreCome)
    {
        var stage = new Stage(_options);
        stage.Start();
        for (var file = 0; file < Files; file++)
        {
            stage.Disk.Append(Name(file), "done: ok.\n");
            stage.Run(moreCome ? 1 : 0);
        }

        stage.Run(20);
        Assert.Equal(Files * 10, stage.Delivered.Length);
        Assert.Equal(0, stage.Shipper!.Counters.FilesUnidentified);
    }

    [Fact]
    public void The_systems_own_limit_is_found_out_and_kept()
    {
        var stage = new Stage(_options with { MaxOpenFiles = int.MaxValue });
        stage.Disk.MostOpen = 24;
        Write(stage, "first");
        stage.Start();
        stage.Run(20);
        Exactly(stage, "first");
        Assert.InRange(stage.Disk.OpenFiles, 1, 22); // some are left for sockets and checkpoints
    }

    [Fact]
    public void Writers_that_never_pause_do_not_keep_the_others_out()
    {
        var stage = new Stage(_options);
        stage.Start();
        for (var tick = 0; tick < 600; tick++)
        {
            for (var file = 0; file < 40; file++)
            {
                stage.Disk.Append($"/logs/{file:d3}.log", $"{file}-{tick}\n");
            }

            if (tick == 100)
            {
                stage.Disk.Append("/logs/zzz.log", "quiet\n");
            }

            stage.Run(0.05);
        }

        Assert.Contains("quiet\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Run(20);
        var lines = stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((40 * 600) + 1, lines.Length);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public void A_file_renamed_while_it_rests_is_read_to_its_end_with_its_last_line()
    {
        var stage = Rested();
        for (var file = 0; file < Files; file++)
        {
            stage.Disk.Append(Name(file), "half");
            stage.Disk.Rename(Name(file), $"/logs/{file:d3}.log.1");
        }

        stage.Run(60);
        Exactly(stage, "first", "half");
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_file_deleted_while_it_rests_costs_nothing_that_was_there_to_read()
    {
        var stage = Rested();
        for (var file = 0; file < Files; file++)
        {
            stage.Disk.Delete(Name(file));
        }

        stage.Run(60);
        Exactly(stage, "first");
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(0, stage.Disk.OpenFiles);
    }

    [Fact]
    public void A_file_truncated_by_copytruncate_while_it_rests_is_neither_lost_nor_repeated()
    {
        var stage = Rested(["/logs/*"]);
        for (var file = 0; file < Files; file += 7)
        {
            stage.Disk.Append(Name(file), $"{file} unread\n");
            stage.Disk.Copy(Name(file), Name(file) + ".1");
            stage.Disk.Truncate(Name(file));
            stage.Disk.Append(Name(file), $"{file} after\n");
        }

        stage.Run(60);
        var expected = Enumerable.Range(0, Files).SelectMany(file => file % 7 == 0
            ? (string[])[$"{file} first", $"{file} unread", $"{file} after"] : [$"{file} first"]);
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(0, stage.BytesLost);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    public void A_file_copied_while_it_rests_and_truncated_a_while_later_is_neither_lost_nor_repeated(double seconds)
    {
        var stage = Rested(["/logs/*"]);
        for (var file = 0; file < Files; file += 7)
        {
            stage.Disk.Copy(Name(file), Name(file) + ".1");
        }

        stage.Run(seconds);
        for (var file = 0; file < Files; file += 7)
        {
            stage.Disk.Truncate(Name(file));
            stage.Disk.Append(Name(file), $"{file} second\n");
        }

        for (var file = 0; file < Files; file++)
        {
            stage.Disk.Append(Name(file), file % 7 == 0 ? "" : $"{file} second\n");
        }

        stage.Run(60);
        Exactly(stage, "first", "second");
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_copy_of_a_resting_file_is_shipped_once_it_is_seen_to_be_a_file_of_its_own()
    {
        var stage = Rested(["/logs/*"]);
        stage.Disk.Copy(Name(5), "/logs/backup");
        stage.Run(30);
        var lines = stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(line => line == "5 first"));
        Assert.Equal(Files + 1, lines.Length);
    }

    [Fact]
    public void Killed_with_most_files_resting_it_repeats_nothing_that_was_recorded()
    {
        var stage = Rested();
        stage.Kill();
        stage.Start();
        stage.Run(20);
        Write(stage, "second");
        stage.Run(20);
        Exactly(stage, "first", "second");
    }

    [Fact]
    public void The_shortage_is_reported_once_with_what_to_raise()
    {
        var stage = new Stage(_options with { Trace = true });
        Write(stage, "first");
        stage.Start();
        stage.Run(30);
        var said = stage.Trace.ToString();
        Assert.Equal(1, said.Split("Raise LimitNOFILE").Length - 1);
        Assert.DoesNotContain("cannot be accessed", said, StringComparison.Ordinal);
    }

    private Stage Rested(string[]? patterns = null)
    {
        var stage = new Stage(_options with { Patterns = patterns ?? _options.Patterns });
        Write(stage, "first");
        stage.Start();
        stage.Run(20);
        Exactly(stage, "first");
        Assert.True(stage.Shipper!.Streams.Evicted.Count > Files / 2, "most files rest");
        return stage;
    }

    private static string Name(int file) => $"/logs/{file.ToString("d3", CultureInfo.InvariantCulture)}.log";

    private static void Write(Stage stage, string text)
    {
        for (var file = 0; file < Files; file++)
        {
            stage.Disk.Append(Name(file), $"{file} {text}\n");
        }
    }

    private static void Exactly(Stage stage, params string[] texts)
    {
        var expected = Enumerable.Range(0, Files).SelectMany(file => texts.Select(text => text == "half" ? text : $"{file} {text}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }
}
