using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class RotationTests
{
    public static TheoryData<string> Patterns => ["/logs/app.log", "/logs/app.log*"];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_file_rotated_by_rename_and_create_is_shipped_whole_and_once(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Several_rotations_between_two_scans_lose_nothing_of_a_known_stream(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3.05);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2");
        stage.Disk.Rename("/logs/app.log.2", "/logs/app.log.3");
        stage.Disk.Append("/logs/app.log", Lines.Of("d", 1, 10));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("d", 1, 10));
    }

    [Fact]
    public void Files_that_came_and_went_between_two_scans_inside_the_pattern_are_shipped()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 10));
        stage.Run(3.05);
        foreach (var name in new[] { "b", "c", "d" })
        {
            stage.Disk.Rename("/logs/app.log", $"/logs/app.log-{name}");
            stage.Disk.Append("/logs/app.log", Lines.Of(name, 1, 10));
        }

        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10) + Lines.Of("c", 1, 10) + Lines.Of("d", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Late_lines_to_the_rotated_file_are_shipped_once(string pattern)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        for (var late = 11; late <= 14; late++)
        {
            stage.Run(4);
            stage.Disk.Append("/logs/app.log.1", Lines.Of("a", late, late));
        }

        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 14) + Lines.Of("b", 1, 10));
    }

    [Fact]
    public void Lines_written_long_after_the_rotated_file_was_drained_are_shipped_once_while_the_pattern_names_it()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        for (var late = 11; late <= 13; late++)
        {
            stage.Run(60);
            stage.Disk.Append("/logs/app.log.1", Lines.Of("a", late, late));
        }

        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 13) + Lines.Of("b", 1, 10));
        Assert.Equal(1, stage.Disk.OpenFiles);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void The_last_line_of_a_rotated_file_gets_the_newline_it_never_had(string pattern)
    {
        var stage = Started(pattern, "one\ntwo\nthree");
        stage.Run(8);
        Assert.Equal("one\ntwo\n", stage.Delivered.ToString());
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", "four\n");
        stage.Run(20);

        Assert.Equal(Lines.Sorted("one\ntwo\nthree\nfour\n"), Lines.Sorted(stage.Delivered.ToString()));
        Settled(stage);
    }

    [Fact]
    public void The_last_line_of_a_rotated_file_waits_as_long_as_it_grows()
    {
        var stage = Started("/logs/app.log", "one\nhal");
        stage.Run(2);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Run(4);
        stage.Disk.Append("/logs/app.log.1", "f a li");
        stage.Run(4);
        stage.Disk.Append("/logs/app.log.1", "ne\n");
        stage.Run(20);

        ShippedOnce(stage, "one\nhalf a line\n");
    }

    [Fact]
    public void A_file_deleted_while_it_is_open_is_read_to_its_end()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Delete("/logs/app.log");
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20));
        Assert.Equal(0, stage.Disk.OpenFiles);
    }

    [Fact]
    public void A_rotated_file_stays_open_until_all_of_it_is_settled_so_that_each_step_on_the_way_is_recorded()
    {
        var stage = new Stage(new StageOptions { Limits = ServiceLimits.Firehose with { MaxRecords = 10 } });
        var (first, second) = (Lines.Of("a", 1, 10), Lines.Of("a", 11, 20));
        stage.Disk.Append("/logs/app.log", first + second);
        var calls = FirehoseMood.NotConnected;
        stage.Firehose.Mood = _ => stage.Delivered.Length > 0 ? FirehoseMood.NotConnected : calls;
        stage.Start();
        stage.Run(2);
        stage.Disk.Rename("/logs/app.log", "/away/app.log.1");
        stage.Run(20);
        Assert.Equal(1, stage.Disk.OpenFiles);

        calls = FirehoseMood.Accept;
        stage.Run(30);

        // One call was accepted, of a part of the body, which was halved while it was throttled.
        var delivered = stage.Delivered.ToString();
        Assert.NotEmpty(delivered);
        Assert.StartsWith(delivered, first, StringComparison.Ordinal);
        Assert.Equal(1, stage.Disk.OpenFiles);
        Assert.Equal(delivered.Length, stage.Known().Max(stream => stream.Committed));
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(60);
        ShippedOnce(stage, first + second);
        Assert.Equal(0, stage.Disk.OpenFiles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_deleted_and_recreated_on_the_same_inode_is_a_new_stream(bool birthTimes)
    {
        var stage = Stage("/logs/app.log");
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(20);
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10));
    }

    [Fact]
    public void A_path_that_alternates_between_gone_and_back_is_one_stream()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        for (var round = 1; round <= 3; round++)
        {
            stage.Run(3);
            stage.Disk.Rename("/logs/app.log", "/logs/aside");
            stage.Run(round * 4);
            stage.Disk.Rename("/logs/aside", "/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", (round * 10) + 1, (round * 10) + 10));
        }

        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 40));
    }

    [Fact]
    public void A_hard_link_to_a_tailed_file_is_the_same_stream()
    {
        var stage = Started("/logs/*.log", Lines.Of("a", 1, 10));
        stage.Disk.Link("/logs/app.log", "/logs/a-link.log");
        stage.Run(3);
        stage.Disk.Append("/logs/a-link.log", Lines.Of("a", 11, 20));
        stage.Run(3);
        stage.Disk.Delete("/logs/app.log");
        stage.Run(3);
        stage.Disk.Append("/logs/a-link.log", Lines.Of("a", 21, 30));
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 30));
    }

    [Fact]
    public void Two_names_of_a_new_file_are_one_stream()
    {
        var stage = Stage("/logs/*.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Disk.Link("/logs/app.log", "/logs/zz-link.log");
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 10));
    }

    [Fact]
    public void Equal_heads_on_different_inodes_are_two_streams_and_ship_at_once()
    {
        var header = new string('#', 3000) + "\n";
        var stage = Stage("/logs/*.log");
        stage.Disk.Append("/logs/a.log", header + Lines.Of("a", 1, 10));
        stage.Disk.Append("/logs/b.log", header + Lines.Of("b", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/logs/c.log", header + Lines.Of("c", 1, 5));
        for (var line = 6; line <= 40; line++)
        {
            stage.Run(2);
            stage.Disk.Append("/logs/c.log", Lines.Of("c", line, line));
        }

        stage.Run(3);

        ShippedOnce(stage, header + header + header + Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10) + Lines.Of("c", 1, 40));
    }

    internal static Stage Stage(string pattern) => new(new StageOptions { Patterns = [pattern] });

    internal static Stage Started(string pattern, string text)
    {
        var stage = Stage(pattern);
        stage.Disk.Append("/logs/app.log", text);
        stage.Start();
        return stage;
    }

    /// <summary>All of the lines arrived, none twice, nothing is under way and nothing is reported lost.</summary>
    internal static void ShippedOnce(Stage stage, string lines)
    {
        Assert.Equal(Lines.Sorted(lines), Lines.Sorted(stage.Delivered.ToString()));
        Settled(stage);
    }

    internal static void Settled(Stage stage)
    {
        Assert.Equal(0, stage.Counters.BytesInFlight);
        Assert.Equal(0, stage.BytesLost);
    }
}
