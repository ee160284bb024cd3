using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Tailing;
using Xunit;
using static Shipper.TailShipper.Tests.Framing.Scenes;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class PreambleTests
{
    private const string Header = "# made by\n# a\n";

    private static readonly FramingSettings TwoLines = new() { SkipHeaderLines = 2 };

    [Fact]
    public void Header_lines_are_filtered_in_every_file()
    {
        var stage = Stage(TwoLines, out var records, "/logs/*.log");
        stage.Disk.Append("/logs/a.log", Header + "1\n2\n");
        stage.Disk.Append("/logs/b.log", Header + "3\n");
        stage.Disk.Append("/logs/c.log", "only\n");
        stage.Start();
        stage.Run(3);
        Assert.Equal(["1\n", "2\n", "3\n"], records.Order(StringComparer.Ordinal));
        Settled(stage, 4 + 2 + 5 + (2 * Header.Length), 5 + (2 * Header.Length));
        stage.Disk.Append("/logs/c.log", "second\n4\n");
        stage.Run(3);
        Assert.Equal("4\n", records[^1]);
    }

    [Fact]
    public void A_header_written_byte_by_byte_is_filtered_whatever_ends_between()
    {
        foreach (var kill in new[] { false, true })
        {
            var stage = Stage(TwoLines, out var records);
            var (text, read, filtered) = (Header + "1\n# no header\n", 0L, 0L);
            stage.Start();
            foreach (var letter in text)
            {
                stage.Disk.Append(Log, letter.ToString());
                stage.Run(3);
                (read, filtered) = (read + stage.Counters.BytesRead, filtered + stage.Counters.BytesFiltered);
                if (kill)
                {
                    stage.Kill();
                }
                else
                {
                    stage.Stop();
                }

                stage.Start();
            }

            stage.Run(3);
            Assert.Equal(["1\n", "# no header\n"], records);
            Assert.Equal((text.Length, Header.Length), (read, filtered));
            Assert.Equal(text.Length, Assert.Single(stage.Shipper!.Streams.All).Position);
        }
    }

    [Theory]
    [InlineData("# made by\n# a\n1\n2\n3\n")]
    [InlineData("# made by\n# ")]
    [InlineData("# made by\n# a\n")]
    public void A_truncated_file_that_is_written_anew_has_its_header_again(string before)
    {
        var stage = Stage(TwoLines, out var records);
        stage.Disk.Append(Log, before);
        stage.Start();
        stage.Run(3);
        var first = records.Count;
        stage.Disk.Truncate(Log);
        stage.Run(3);
        stage.Disk.Append(Log, Header + "4\n");
        stage.Run(20);
        Assert.Equal(first + 1, records.Count);
        Assert.Equal("4\n", records[^1]);
        Assert.Equal(0, stage.Counters.BytesInFlight);
        Assert.Equal(Header.Length + Math.Min(before.Length, Header.Length), stage.Counters.BytesFiltered);
    }

    [Fact]
    public void A_copy_that_is_gone_on_with_has_no_header_and_the_truncated_file_has()
    {
        for (var moment = 0; moment < 1000; moment += 90)
        {
            var stage = Stage(TwoLines, out var records);
            stage.Disk.Append(Log, Header + Lines.Of("a", 1, 10));
            stage.Start();
            stage.Run(TimeSpan.FromMilliseconds(3000 + moment));
            stage.Disk.Append(Log, Lines.Of("a", 11, 20));
            stage.Disk.CopyTruncate(Log, "/logs/app.log.1");
            stage.Disk.Append(Log, Header + Lines.Of("b", 1, 3));
            stage.Run(20);
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3)), Lines.Sorted(string.Concat(records)));
            Assert.Equal((0, 2 * Header.Length), (stage.Counters.BytesInFlight, stage.Counters.BytesFiltered));
            Assert.Equal(0, stage.BytesLost);
        }
    }

    [Fact]
    public void A_file_moved_in_the_middle_of_its_header_while_nobody_looked_goes_on_there()
    {
        var stage = Stage(TwoLines, out var records, "/logs/app.log*");
        stage.Disk.Append(Log, $"# made by {new string('x', FileIdentity.Proof)}\n# ");
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append(Log, "a\n1\n");
        stage.Disk.Copy(Log, "/logs/app.log.1");
        stage.Disk.Delete(Log);
        stage.Start();
        stage.Run(20);
        Assert.Equal(["1\n"], records);
        Assert.Single(stage.Shipper!.Streams.All);
    }

    [Fact]
    public void A_header_far_longer_than_the_window_or_a_record_is_filtered()
    {
        var stage = Stage(TwoLines, out var records);
        stage.Disk.Append(Log, "# ");
        stage.Disk.AppendFill(Log, 'x', 3_000_000);
        stage.Start();
        stage.Run(3);
        stage.Kill();
        stage.Start();
        stage.Run(3);
        stage.Disk.Append(Log, "\n# 2\n1\n");
        stage.Run(3);
        Assert.Equal(["1\n"], records);
        Assert.Empty(stage.DeadLetters.Letters);
        Settled(stage, 7, 5);
        Assert.Equal(3_000_009, Assert.Single(stage.Shipper!.Streams.All).Position);
    }

    [Fact]
    public void Header_spans_settle_while_the_service_takes_nothing()
    {
        var stage = Stage(TwoLines, out var records, "/logs/*.log");
        stage.Options = stage.Options with { MemoryChunks = 1 };
        stage.Firehose.Mood = _ => Simulation.FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/a.log", Header + Lines.Of("a", 1, 9000));
        stage.Disk.Append("/logs/b.log", Header + "1\n");
        stage.Start();
        stage.Run(5);
        Assert.Equal(2 * Header.Length, stage.Counters.BytesFiltered);
        Assert.All(stage.Shipper!.Streams.All, stream => Assert.Equal(Header.Length, stream.Ring.Committed));
        stage.Firehose.Mood = _ => Simulation.FirehoseMood.Accept;
        stage.Run(60);
        Assert.Equal(9001, records.Count);
        Assert.Equal(0, stage.Counters.BytesInFlight);
    }

    [Theory]
    [InlineData(0, "1\n2\n")]
    [InlineData(5, "1\n2\n")]
    [InlineData(17, "2\n")]
    public void A_replay_filters_the_header_again(int offset, string again)
    {
        var stage = Stage(TwoLines, out var records);
        stage.Disk.Append(Log, Header + "1\n2\n");
        stage.Start();
        stage.Run(3);
        records.Clear();
        stage.Shipper!.Thread.Inside(() => _ = stage.Shipper.Loop.PostAsync(tailer => tailer.Rewind(_ => offset)));
        stage.Run(5);
        Assert.Equal(again, string.Concat(records));
    }

    [Fact]
    public void Files_that_are_there_at_the_first_start_may_begin_behind_their_header_or_in_it()
    {
        var stage = Stage(TwoLines, out var records, "/logs/*.log");
        stage.Options = stage.Options with { InitialPosition = InitialPosition.EndOfFile };
        stage.Disk.Append("/logs/a.log", Header + "old\nhal");
        stage.Disk.Append("/logs/b.log", "# made by\n# ");
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/a.log", "f\n");
        stage.Disk.Append("/logs/b.log", "b\nnew\n");
        stage.Run(3);
        Assert.Equal(["half\n", "new\n"], records.Order(StringComparer.Ordinal));
    }
}
