using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Tailing;
using Shipper.TailShipper.Wire.Records;
using Xunit;
using static Shipper.TailShipper.Tests.Framing.Scenes;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class MultiLineTailingTests
{
    [Fact]
    public void The_last_record_ships_once_its_file_has_been_quiet_for_long_enough()
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(20)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n>b\n 1\n");
        stage.Start();
        stage.Run(15);
        Assert.Equal([">a\n 1\n"], records);
        stage.Disk.Append(Log, " 2\n"); // growth starts the wait again
        stage.Run(18);
        Assert.Single(records);
        stage.Run(5);
        Assert.Equal([">a\n 1\n", ">b\n 1\n 2\n"], records);
        Settled(stage, 15);
        Assert.Equal(0, stage.Counters.RecordsUnstarted);

        stage.Disk.Append(Log, " 3\n>c\n");
        stage.Run(3);
        Assert.Equal(" 3\n", records[^1]); // nothing tells any more that it belonged to the one before
        Assert.Equal(1, stage.Counters.RecordsUnstarted);
        stage.Run(25);
        Assert.Equal(">c\n", records[^1]);
        Settled(stage, 21);
    }

    [Fact]
    public void A_file_that_is_touched_all_the_time_does_not_hold_back_its_last_record()
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(3)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n");
        stage.Start();
        for (var touch = 0; touch < 100; touch++)
        {
            stage.Run(0.1);
            stage.Disk.Append(Log, ""); // the modification time moves, the size does not
        }

        Assert.Equal([">a\n 1\n"], records);
        Settled(stage, 6);
    }

    [Fact]
    public void A_piece_of_a_line_waits_and_costs_nothing_while_it_does()
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(2)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n piece");
        stage.Start();
        stage.Run(30);
        Assert.Equal([">a\n 1\n"], records);
        var reads = Reads();
        stage.Run(60);
        Assert.InRange(Reads(), 0, reads + 2); // a whole scan falls into one window or the other
        stage.Disk.Append(Log, " of a line\n>b\n");
        stage.Run(10);
        Assert.Equal([">a\n 1\n", " piece of a line\n", ">b\n"], records);

        long Reads()
        {
            var (before, length) = (stage.Disk.Calls, 0L);
            stage.Run(10);
            length = stage.Disk.Calls - before;
            return length;
        }
    }

    [Fact]
    public void What_is_open_when_a_rotated_file_is_closed_ships_with_its_newline()
    {
        var stage = Stage(MultiLine(TimeSpan.FromHours(1)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n>b\n 1");
        stage.Start();
        stage.Run(5);
        stage.Disk.Rename(Log, "/logs/old");
        stage.Disk.Append(Log, ">c\n 1\n>d");
        stage.Run(20);
        Assert.Equal([">a\n 1\n", ">b\n 1\n"], records); // the line behind c is not whole: it may begin a record, or not
        Settled(stage, 11);
        stage.Disk.Rename(Log, "/logs/older");
        stage.Run(20);
        Assert.Equal([">c\n 1\n", ">d\n"], records[2..]);
        Settled(stage, 11 + 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_record_is_divided_between_calls_or_records(int maxRecords)
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(1)), out var records);
        var limits = new ServiceLimits(maxRecords, 300, 100);
        stage.Options = stage.Options with { Limits = limits, Packing = new Packing(90, 50), MaxCalls = 3 };
        var text = string.Concat(Enumerable.Range(0, 400)
            .Select(number => $">record {number}\n{string.Concat(Enumerable.Repeat($" {number}\n", number % 15))}"));
        stage.Disk.Append(Log, text);
        stage.Start();
        stage.Run(200);
        Assert.All(records, record => Assert.StartsWith(">", record, StringComparison.Ordinal));
        Assert.Equal(Sorted(text), Sorted(string.Concat(records)));
        Settled(stage, text.Length);

        static IEnumerable<string> Sorted(string all) => all.Split('>').Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_record_longer_than_the_window_is_one_record()
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(5)) with { MultiLine = new("^>", 100_000, 1_024_000, TimeSpan.FromSeconds(5)) },
            out var records);
        var record = ">first\n" + Lines.Of("a", 1, 30_000);
        Assert.InRange(record.Length, 500_000, 1_000_000);
        stage.Disk.Append(Log, record[..300_000]);
        stage.Start();
        stage.Run(1);
        stage.Disk.Append(Log, record[300_000..]);
        stage.Disk.Append(Log, ">second\n");
        stage.Run(20);
        Assert.Equal([record, ">second\n"], records);
        Settled(stage, record.Length + 8);
    }

    [Fact]
    public void A_line_too_long_for_a_record_is_set_aside_between_its_neighbours()
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(1)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n");
        stage.Disk.AppendFill(Log, 'x', 3_000_000);
        stage.Run(1);
        stage.Start();
        stage.Run(5);
        stage.Disk.Append(Log, "\n 2\n>b\n");
        stage.Run(10);
        Assert.Equal([">a\n 1\n", " 2\n", ">b\n"], records);
        Assert.Equal(3_000_001, stage.DeadLetters.Length);
        Settled(stage, 3_000_013);
    }

    [Theory]
    [InlineData(0, ">a\n 1\n|>b\n 1\n 2\n|>c\n")]
    [InlineData(2, ">a\n 1\n|>b\n 1\n 2\n|>c\n")]
    [InlineData(4, ">a\n 1\n|>b\n 1\n 2\n|>c\n")]
    [InlineData(6, ">b\n 1\n 2\n|>c\n")]
    [InlineData(13, ">b\n 1\n 2\n|>c\n")]
    public void A_replay_begins_at_a_start_line(int offset, string again)
    {
        var stage = Stage(MultiLine(TimeSpan.FromSeconds(1)), out var records);
        stage.Disk.Append(Log, ">a\n 1\n>b\n 1\n 2\n>c\n");
        stage.Start();
        stage.Run(5);
        Assert.Equal(3, records.Count);
        records.Clear();
        stage.Shipper!.Thread.Inside(() => _ = stage.Shipper.Loop.PostAsync(tailer => tailer.Rewind(_ => offset)));
        stage.Run(10);
        Assert.Equal(again, string.Join('|', records));
    }
}
