using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>
/// Each fault that was measured in the agent this service replaces, played on the simulated world: nothing missing, nothing repeated.
/// </summary>
public sealed class ReplacedAgentFaultTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void Files_written_at_once_under_one_pattern(int files)
    {
        var stage = Stage("/logs/*.log");
        stage.Start();
        for (var line = 1; line <= 200; line++)
        {
            for (var file = 0; file < files; file++)
            {
                stage.Disk.Append($"/logs/{file}.log", Lines.Of($"file {file}", line, line));
            }

            stage.Run(0.05);
        }

        stage.Run(5);
        ShippedOnce(stage, string.Concat(Enumerable.Range(0, files).Select(file => Lines.Of($"file {file}", 1, 200))));
    }

    [Fact]
    public void Three_files_present_at_start_one_append_each_and_a_restart()
    {
        var stage = Stage("/logs/*.log");
        Each(stage, 1, 10);
        stage.Start();
        stage.Run(3);
        Each(stage, 11, 11);
        stage.Run(3);
        stage.Stop();
        stage.Start();
        stage.Run(10);
        ShippedOnce(stage, string.Concat(Enumerable.Range(0, 3).Select(file => Lines.Of($"file {file}", 1, 11))));
    }

    [Theory]
    [InlineData("/logs/app.log", "rename")]
    [InlineData("/logs/app.log", "copytruncate elsewhere")]
    [InlineData("/logs/app.log*", "rename")]
    [InlineData("/logs/app.log*", "copytruncate")]
    public void Rotation_under_steady_writing(string pattern, string style)
    {
        var stage = Stage(pattern);
        stage.Start();
        for (var line = 1; line <= 2000; line++)
        {
            stage.Disk.Append("/logs/app.log", Lines.Of("a", line, line));
            stage.Run(0.013);
            if (line % 150 == 0)
            {
                switch (style)
                {
                    case "rename":
                        stage.Disk.Rename("/logs/app.log", $"/logs/app.log.{line}");
                        break;
                    case "copytruncate":
                        stage.Disk.CopyTruncate("/logs/app.log", $"/logs/app.log.{line}");
                        break;
                    default:
                        // Another folder is out of reach: what is written but not read by then is gone. So read it first.
                        stage.Run(0.2);
                        stage.Disk.CopyTruncate("/logs/app.log", $"/old/app.log.{line}");
                        break;
                }
            }
        }

        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 2000));
    }

    [Fact]
    public void A_late_line_to_the_rotated_file_three_times()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 20));
        var expected = Lines.Of("a", 1, 20);
        for (var rotation = 1; rotation <= 3; rotation++)
        {
            stage.Run(10);
            stage.Disk.Rename("/logs/app.log", $"/logs/app.log.{rotation}");
            stage.Disk.Append("/logs/app.log", Lines.Of($"r{rotation}", 1, 15));
            stage.Run(10);
            stage.Disk.Append($"/logs/app.log.{rotation}", Lines.Of("late", rotation, rotation));
            expected += Lines.Of($"r{rotation}", 1, 15) + Lines.Of("late", rotation, rotation);
        }

        stage.Run(20);
        ShippedOnce(stage, expected);
    }

    [Fact]
    public void Truncated_and_rewritten_at_once()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 500));
        stage.Run(3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 601));
        stage.Run(10);
        ShippedOnce(stage, Lines.Of("a", 1, 500) + Lines.Of("b", 1, 601));
    }

    [Fact]
    public void Rotated_file_without_final_newline()
    {
        var stage = Started("/logs/app.log", "one\ntwo");
        stage.Run(3);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", "three\n");
        stage.Run(20);
        ShippedOnce(stage, "one\ntwo\nthree\n");
    }

    [Fact]
    public void An_outage_then_the_current_file_deleted_and_recreated()
    {
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { MemoryChunks = 2 };
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Start();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 5000));
        stage.Run(30);
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 1));
        stage.Run(30);
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Run(120);
        ShippedOnce(stage, Lines.Of("a", 1, 5000) + Lines.Of("b", 1, 1));
    }

    [Fact]
    public void Rotated_and_deleted_while_down_is_reported_to_the_byte()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 2));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 3, 5));
        stage.Disk.Delete("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 1));
        stage.Start();
        stage.Run(20);

        // Nobody saw lines 3 to 5, so nobody can count them; what was there before and after is whole.
        ShippedOnce(stage, Lines.Of("a", 1, 2) + Lines.Of("b", 1, 1));
    }

    [Fact]
    public void One_failed_batch_and_later_ones_that_succeed_then_a_stop()
    {
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { MaxCalls = 4 };
        stage.Firehose.Mood = _ => stage.Firehose.Calls.Count == 0 ? FirehoseMood.AccessDenied : FirehoseMood.Accept;
        stage.Start();
        for (var line = 1; line <= 31; line++)
        {
            stage.Disk.Append("/logs/app.log", Lines.Of("a", line, line));
            stage.Run(0.1);
        }

        stage.Stop(TimeSpan.FromSeconds(1));
        stage.Start();
        stage.Run(20);
        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 31)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
    }

    [Fact]
    public void Ten_buffered_lines_at_the_stop()
    {
        var stage = Stage("/logs/app.log");
        stage.Options = stage.Options with { MaxBatchAge = TimeSpan.FromMinutes(10) };
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        Assert.Equal("", stage.Delivered.ToString());
        stage.Stop();
        Assert.Equal(Lines.Of("a", 1, 10), stage.Delivered.ToString());
        stage.Start();
        stage.Run(3);
        stage.Stop();
        Assert.Equal(Lines.Of("a", 1, 10), stage.Delivered.ToString());
    }

    private static void Each(Stage stage, int first, int last)
    {
        for (var file = 0; file < 3; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", Lines.Of($"file {file}", first, last));
        }
    }
}
