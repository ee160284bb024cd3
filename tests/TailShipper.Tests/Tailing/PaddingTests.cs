using System.Globalization;
using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>NULs are part of no line: holes, space allocated in advance, and bytes that have not arrived.</summary>
public sealed class PaddingTests
{
    private const string Log = "/logs/app.log";

    [Fact]
    public void A_writer_that_does_not_append_leaves_a_hole_when_its_log_is_truncated_and_loses_no_line()
    {
        var stage = Stage("/logs/app.log*");
        var writer = new Writer(stage);
        for (var line = 0; line < 1500; line++)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{line} {new string('x', 1000)}\n"));
            stage.Run(0.01);
            if (line == 400)
            {
                stage.Disk.CopyTruncate(Log, Log + ".1");
            }
        }

        stage.Run(20);
        ShippedOnce(stage, writer.Text.ToString());
        Assert.InRange(stage.Counters.BytesPadding, 400_000, 600_000);
        Assert.Empty(stage.DeadLetters.Letters);
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void Each_daily_truncation_makes_the_hole_longer_and_the_copies_are_not_shipped_again()
    {
        var stage = Stage("/logs/app.log*");
        var writer = new Writer(stage);
        for (var day = 1; day <= 4; day++)
        {
            for (var line = 0; line < 300; line++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"day {day} line {line} {new string('x', 200)}\n"));
                stage.Run(0.02);
            }

            stage.Run(10);
            for (var old = day; old >= 1; old--)
            {
                if (stage.Disk.Exists($"{Log}.{old}"))
                {
                    stage.Disk.Rename($"{Log}.{old}", $"{Log}.{old + 1}");
                }
            }

            stage.Disk.CopyTruncate(Log, Log + ".1");
            stage.Run(10);
        }

        ShippedOnce(stage, writer.Text.ToString());
        stage.Stop();
        stage.Start();
        stage.Run(20);
        ShippedOnce(stage, writer.Text.ToString());
        Assert.Equal(0, stage.BytesLost);
    }

    [Theory]
    [InlineData(2_000_000, true)]
    [InlineData(2_000_000, false)]
    [InlineData(3L << 30, true)]
    [InlineData(5, true)]
    [InlineData(1_024_001, false)]
    public void A_hole_before_the_first_line_is_passed_within_two_seconds(long length, bool knowsHoles)
    {
        var stage = new Stage(new StageOptions { Patterns = [Log] });
        stage.Disk.Create(Log).Content.KnowsHoles = knowsHoles;
        stage.Disk.WriteAt(Log, length, "first line\nsecond line\n");
        stage.Start();
        stage.Run(2);

        ShippedOnce(stage, "first line\nsecond line\n");
        Assert.Equal(length, stage.Counters.BytesPadding);
        Assert.Empty(stage.DeadLetters.Letters);
        stage.KillAfterCommit();
        stage.Start();
        stage.Disk.Append(Log, "third line\n");
        stage.Run(20);
        ShippedOnce(stage, "first line\nsecond line\nthird line\n");
    }

    [Fact]
    public void A_hole_costs_no_reading()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log] });
        stage.Disk.WriteAt(Log, 60L << 30, "line\n");
        stage.Start();
        stage.Run(10);

        ShippedOnce(stage, "line\n");
        Assert.InRange(stage.Disk.Calls, 1, 400);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(3)]
    [InlineData(90)]
    public void A_half_that_is_written_after_the_half_behind_it_is_shipped_once(double delay)
    {
        var stage = Stage(Log);
        var expected = new List<string>();
        var offset = 0L;
        for (var pair = 1; pair <= 10; pair++)
        {
            var (first, second) = ($"second {pair} of the pair\n", $"first {pair} of the pair\n");
            stage.Disk.WriteAt(Log, offset + first.Length, second);
            stage.Run(delay);
            stage.Disk.WriteAt(Log, offset, first);
            stage.Run(1);
            offset += first.Length + second.Length;
            expected.AddRange([first, second]);
        }

        stage.Run(60);
        SameLines(stage, string.Concat(expected));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_line_whose_beginning_arrives_a_moment_after_its_end_is_one_line()
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, "whole\n");
        stage.Run(3);
        stage.Disk.WriteAt(Log, 4096, "of a line\n");
        stage.Run(0.2);
        stage.Disk.WriteAt(Log, 6, new string('x', 4096 - 6));
        stage.Run(20);

        ShippedOnce(stage, $"whole\n{new string('x', 4096 - 6)}of a line\n");
    }

    [Fact]
    public void Text_filled_in_late_is_shipped_once_also_after_a_kill_or_a_stop()
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, "line 1\n");
        stage.Disk.WriteAt(Log, 100_000, "line 3\n");
        stage.Run(10);
        ShippedOnce(stage, "line 1\nline 3\n");
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(3);
        stage.Disk.WriteAt(Log, 7, "line 2, first part\n");
        stage.Run(40);
        stage.Stop();
        stage.Disk.WriteAt(Log, 26, "line 2, last part\n");
        stage.Start();
        stage.Run(40);
        ShippedOnce(stage, "line 1\nline 3\nline 2, first part\nline 2, last part\n");
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(40);
        ShippedOnce(stage, "line 1\nline 3\nline 2, first part\nline 2, last part\n");
    }

    [Fact]
    public void A_line_behind_a_seek_is_shipped_without_the_hole()
    {
        var stage = Stage(Log);
        stage.Disk.WriteAt(Log, 0, "line 1\n");
        stage.Disk.WriteAt(Log, 500_000, "line 2\nline 3\n");
        stage.Run(20);

        ShippedOnce(stage, "line 1\nline 2\nline 3\n");
        Assert.Equal(499_993, stage.Counters.BytesPadding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lines_written_through_a_mapping_are_shipped_as_they_come_and_cutting_the_rest_off_loses_nothing(bool isSparse)
    {
        const long Mapped = 8 * 1024 * 1024;
        var stage = Stage(Log);
        stage.Disk.Create(Log);
        if (isSparse)
        {
            stage.Disk.Truncate(Log, Mapped);
        }
        else
        {
            stage.Disk.AppendFill(Log, '\0', Mapped);
        }

        stage.Run(3);
        var text = new StringBuilder();
        for (var line = 1; line <= 200; line++)
        {
            var bytes = string.Create(CultureInfo.InvariantCulture, $"line {line} through the mapping\n");
            stage.Disk.WriteAt(Log, text.Length, bytes, isMapped: true);
            text.Append(bytes);
            stage.Run(0.05);
            if (line == 100)
            {
                stage.Run(2);
                ShippedOnce(stage, text.ToString());
                stage.KillAfterCommit();
                stage.Start();
            }
        }

        stage.Run(2);
        ShippedOnce(stage, text.ToString());
        Assert.Equal(0, stage.Counters.LagBytes);
        stage.Disk.Truncate(Log, text.Length);
        stage.Run(20);
        stage.Disk.Append(Log, "appended\n");
        stage.Run(20);
        ShippedOnce(stage, text + "appended\n");
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(0, stage.Counters.Truncations);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(0)]
    public void Cutting_padding_off_loses_nothing(long length)
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, "line 1\nline 2\n");
        stage.Disk.AppendFill(Log, '\0', 65_536 - 14);
        stage.Run(2);
        stage.Disk.Truncate(Log, length);
        stage.Run(2);
        stage.Disk.Append(Log, "line 3\n");
        stage.Run(20);

        ShippedOnce(stage, "line 1\nline 2\nline 3\n");
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_torn_line_and_the_NULs_of_a_power_failure_leave_the_next_line_whole()
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, "line 1\nline 2 is to");
        stage.Disk.AppendFill(Log, '\0', 4096 - 19);
        stage.Run(5);
        Assert.Equal("line 1\n", stage.Delivered.ToString());
        stage.Disk.Append(Log, "line 3 after the failure\n");
        stage.Run(20);

        ShippedOnce(stage, "line 1\nline 2 is to\nline 3 after the failure\n");
    }

    [Fact]
    public void A_hole_punched_before_its_lines_are_read_takes_only_these()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log] });
        var lines = Enumerable.Range(0, 1000).Select(line => $"line {line:D4} {new string('x', 20)}\n").ToList();
        stage.Disk.Append(Log, string.Concat(lines));
        stage.Disk.Punch(Log, 4096, 8192);
        stage.Start();
        stage.Run(20);

        var shipped = stage.Delivered.ToString();
        Assert.DoesNotContain('\0', shipped);
        Assert.All(lines.Take(4096 / 31), line => Assert.Contains(line, shipped, StringComparison.Ordinal));
        Assert.All(lines.Skip((12_288 / 31) + 1), line => Assert.Contains(line, shipped, StringComparison.Ordinal));
        Assert.Equal(8192, stage.Counters.BytesPadding);
    }

    [Fact]
    public void A_rotated_file_that_ends_with_padding_is_finished()
    {
        var stage = Stage("/logs/app.log");
        stage.Disk.Append(Log, "line 1\nno newline");
        stage.Disk.AppendFill(Log, '\0', 10_000_000);
        stage.Run(3);
        stage.Disk.Rename(Log, Log + ".1");
        stage.Disk.Append(Log, "line 2\n");
        stage.Run(30);

        SameLines(stage, "line 1\nno newline\nline 2\n");
        Assert.Equal(1, stage.Disk.OpenFiles);
        Assert.Equal(0, stage.BytesLost);
        stage.Stop();
        stage.Start();
        stage.Run(30);
        SameLines(stage, "line 1\nno newline\nline 2\n");
    }

    [Fact]
    public void NULs_that_pad_a_line_before_its_newline_are_left_out()
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, "short\0\0\0\0\0\nlonger\0\0\0\0\r\nnext\n");
        stage.Run(20);

        ShippedOnce(stage, "short\nlonger\nnext\n");
    }

    [Fact]
    public void Single_NULs_within_a_line_far_into_a_file_pass_as_they_are()
    {
        var stage = Stage(Log);
        var text = $"{new string('x', 2000)}\na\0b\0\0c\n";
        stage.Disk.Append(Log, text);
        stage.Run(20);

        ShippedOnce(stage, text);
    }

    [Fact]
    public void A_line_too_long_for_a_record_ends_where_padding_begins()
    {
        var stage = Stage(Log);
        stage.Disk.Append(Log, new string('x', 1_500_000));
        stage.Disk.AppendFill(Log, '\0', 1_000_000);
        stage.Run(5);
        Assert.Empty(stage.DeadLetters.Letters);
        stage.Disk.Append(Log, "next\n");
        stage.Run(20);

        ShippedOnce(stage, "next\n");
        Assert.Equal(1_500_000, stage.DeadLetters.Letters.Sum(letter => letter.Bytes.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Aggregated_and_split_lines_around_holes_keep_their_order_and_their_sums(bool aggregates)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = [Log],
            Packing = aggregates ? new Packing(1000, 50) : null,
            Oversize = OversizePolicy.Split,
        });
        var (text, offset) = (new StringBuilder(), 0L);
        for (var block = 0; block < 40; block++)
        {
            var lines = Lines.Of($"block {block}", 1, 1 + (block % 7));
            stage.Disk.WriteAt(Log, offset, lines);
            text.Append(lines);
            offset += lines.Length + (block * 997);
        }

        stage.Start();
        stage.Run(30);
        ShippedOnce(stage, text.ToString());
        Assert.Null(stage.Shipper!.Violation);
    }

    [Fact]
    public void Units_of_zero_between_lines_of_UTF_16_are_left_out_and_text_is_not_taken_for_padding()
    {
        var stage = new Stage(new StageOptions { Patterns = [Log], Framing = new FramingSettings(TextEncoding.Utf16LE) });
        var line = Encoding.Unicode.GetBytes("Ā line\n"); // U+0100 has a zero byte first
        stage.Disk.Append(Log, line);
        stage.Disk.AppendFill(Log, '\0', 10_000);
        stage.Disk.Append(Log, line);
        stage.Start();
        stage.Run(20);

        Assert.Equal("Ā line\nĀ line\n", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(stage.Delivered.ToString())));
        Assert.Equal(10_000, stage.Counters.BytesPadding);
    }

    [Fact]
    public void A_file_of_NULs_only_waits_without_a_word_of_loss_and_becomes_text()
    {
        var stage = Stage(Log);
        stage.Disk.Create(Log);
        stage.Disk.Truncate(Log, 100_000);
        stage.Run(40);
        stage.Disk.Truncate(Log, 50_000);
        stage.Run(5);
        stage.Disk.WriteAt(Log, 0, "text\n");
        stage.Run(5);

        ShippedOnce(stage, "text\n");
        Assert.Equal(0, stage.BytesLost);
        Assert.Equal(0, stage.Counters.LagBytes);
    }

    private static Stage Stage(string pattern)
    {
        var stage = new Stage(new StageOptions { Patterns = [pattern] });
        stage.Disk.MakeDirectory("/logs");
        stage.Start();
        return stage;
    }

    private static void ShippedOnce(Stage stage, string text)
    {
        Assert.Equal(text, stage.Delivered.ToString());
        Assert.Equal(0, stage.Counters.BytesInFlight);
    }

    private static void SameLines(Stage stage, string text) =>
        Assert.Equal(text.Split('\n').Order(StringComparer.Ordinal), stage.Delivered.ToString().Split('\n').Order(StringComparer.Ordinal));

    /// <summary>A writer that keeps its own offset, as a program does whose output is sent to a file with <c>&gt;</c>.</summary>
    private sealed class Writer(Stage stage)
    {
        public StringBuilder Text { get; } = new();

        public void Write(string line)
        {
            stage.Disk.WriteAt(Log, Text.Length, line);
            Text.Append(line);
        }
    }
}
