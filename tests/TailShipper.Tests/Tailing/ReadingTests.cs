using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class ReadingTests
{
    public static TheoryData<int, int> Reads
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var longestRead in new[] { 1, 7, 4096, int.MaxValue })
            {
                data.Add(longestRead, 0);
                data.Add(longestRead, 500);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public void Every_byte_but_newline_and_NUL_passes_as_it_is(int longestRead, int aggregate)
    {
        var bytes = new byte[5000];
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)(1 + (index * 7 % 255));
        }

        bytes = [.. bytes, .. "\r\n\n\n\xc3\x28\xff\n"u8, (byte)'\n'];
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { Packing = aggregate == 0 ? null : new Packing(aggregate, 100) };
        stage.Disk.LongestRead = longestRead;
        stage.Disk.Append("/logs/app.log", bytes);
        stage.Start();
        stage.Run(10);

        Assert.Equal(Encoding.Latin1.GetString(bytes), stage.Delivered.ToString());
        Settled(stage);
    }

    [Fact]
    public void A_line_that_is_written_byte_by_byte_is_shipped_when_its_newline_comes()
    {
        var stage = Started("/logs/app.log", "");
        foreach (var letter in "one line\n")
        {
            Assert.Equal("", stage.Delivered.ToString());
            stage.Disk.Append("/logs/app.log", letter.ToString());
            stage.Run(1);
        }

        stage.Run(3);
        ShippedOnce(stage, "one line\n");
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(1_023_999)]
    public void A_line_longer_than_the_window_but_not_than_a_record_is_shipped(int length)
    {
        var text = "before\n" + new string('x', length) + "\nafter\n";
        var stage = Started("/logs/app.log", text[..(length / 2)]);
        stage.Run(5);
        stage.Disk.Append("/logs/app.log", text[(length / 2)..]);
        stage.Run(10);

        Assert.Equal(text, stage.Delivered.ToString());
        Assert.Empty(stage.DeadLetters.Letters);
        Settled(stage);
    }

    [Fact]
    public void A_line_of_100_MB_goes_to_the_dead_letters_and_the_next_ones_ship()
    {
        const long Length = 100_000_000;
        var stage = Started("/logs/app.log", "before\n");
        stage.Disk.AppendFill("/logs/app.log", 'x', Length);
        stage.Run(5);
        Assert.Equal("before\n", stage.Delivered.ToString());
        stage.Disk.Append("/logs/app.log", "\nafter\n");
        stage.Run(10);

        Assert.Equal("before\nafter\n", stage.Delivered.ToString());
        Assert.Equal(Length + 1, stage.DeadLetters.Length);
        Assert.Equal(Length + 1, stage.Counters.BytesDeadLettered);
        Settled(stage);
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(5);
        Assert.Equal("before\nafter\n", stage.Delivered.ToString());
        Assert.Equal(Length + 1, stage.DeadLetters.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_500_000)]
    public void A_file_cut_within_a_line_too_long_for_a_record_is_looked_at_anew(int keep)
    {
        var before = Lines.Of("a", 1, 100);
        var stage = Started("/logs/app.log", before);
        stage.Disk.AppendFill("/logs/app.log", 'x', 3_000_000);
        stage.Run(5);
        stage.Disk.Truncate("/logs/app.log", before.Length + keep);
        stage.Disk.Append("/logs/app.log", "\nafter\n");
        stage.Run(10);

        Assert.Equal(before + (keep == 0 ? "\n" : "") + "after\n", stage.Delivered.ToString());
        Assert.Equal(keep == 0 ? 0 : keep + 1, stage.DeadLetters.Length);
        Assert.Equal(0, stage.Counters.BytesInFlight);
    }

    [Fact]
    public void A_file_truncated_and_grown_again_within_a_line_too_long_for_a_record_is_a_new_stream()
    {
        var stage = Started("/logs/app.log", "before\n");
        stage.Disk.AppendFill("/logs/app.log", 'x', 3_000_000);
        stage.Run(5);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 200_000));
        stage.Run(30);

        Assert.Equal("before\n" + Lines.Of("b", 1, 200_000), stage.Delivered.ToString());
        Assert.Empty(stage.DeadLetters.Letters);
    }

    [Fact]
    public void Dead_letters_that_cannot_be_written_hold_up_their_own_file_only()
    {
        var stage = Stage("/logs/*.log");
        stage.Disk.Append("/logs/a.log", "first\n");
        stage.Disk.AppendFill("/logs/a.log", 'x', 2_000_000);
        stage.Disk.Append("/logs/a.log", "\nlast\n");
        stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 10));
        stage.DeadLetters.Fault = "No space left on device";
        stage.Start();
        stage.Run(10);
        Assert.Equal(Lines.Sorted("first\n" + Lines.Of("b", 1, 10)), Lines.Sorted(stage.Delivered.ToString()));
        stage.DeadLetters.Fault = null;
        stage.Run(10);

        ShippedOnce(stage, "first\nlast\n" + Lines.Of("b", 1, 10));
        Assert.Equal(2_000_001, stage.Counters.BytesDeadLettered);
    }

    [Fact]
    public void A_huge_file_does_not_starve_small_ones()
    {
        var stage = Stage("/logs/*.log");
        stage.Options = stage.Options with { MemoryChunks = 8, MaxCalls = 2 };
        stage.Disk.Append("/logs/a-huge.log", Lines.Of("huge", 1, 200_000));
        stage.Start();
        stage.Run(0.2);
        for (var file = 0; file < 20; file++)
        {
            stage.Disk.Append($"/logs/small-{file}.log", Lines.Of("small", file, file));
        }

        for (var step = 0; step < 200 && stage.Delivered.ToString().Split("small ").Length - 1 < 20; step++)
        {
            stage.Run(0.05);
        }

        Assert.Equal(20, stage.Delivered.ToString().Split("small ").Length - 1);
        Assert.DoesNotContain("huge 200000 ", stage.Delivered.ToString(), StringComparison.Ordinal);
        stage.Run(60);
        Settled(stage);
    }

    [Fact]
    public void A_thousand_files_are_taken_up_without_comparing_each_with_each()
    {
        var stage = Stage("/logs/*.log");
        for (var file = 0; file < 1000; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", $"file {file} " + new string('#', 60 + (file % 900)) + "\n");
        }

        stage.Start();
        stage.Run(3);

        Assert.Equal(1000, stage.Counters.Files);
        Assert.Equal(1000, stage.Counters.LinesRead);
        Assert.InRange(stage.Disk.Calls, 0, 100_000);
    }
}
