using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Little is known of a file, or several look alike: then what is known best decides, and nothing is left unread for it.</summary>
public sealed class WeakEvidenceTests
{
    [Fact]
    public void A_lost_half_line_of_one_byte_does_not_keep_another_stream_from_its_copy_out_of_the_pattern()
    {
        var stage = Stage("/logs/app.log");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", "a");
        stage.Start();
        stage.Run(1.2);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(0.2);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 20));
        stage.Run(0.5);
        stage.Stop();
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);

        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 20) + Lines.Of("b", 1, 3)), Lines.Sorted(stage.Delivered.ToString()));
    }

    [Fact]
    public void Copies_out_of_the_pattern_of_files_that_begin_alike_are_all_shipped()
    {
        var header = Lines.Of("header", 1, 60);
        var stage = Stage("/logs/*.log");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        foreach (var name in new[] { "a", "b", "c" })
        {
            stage.Disk.Append($"/logs/{name}.log", header + Lines.Of(name, 1, 20));
        }

        stage.Start();
        stage.Run(3);
        stage.Stop();
        foreach (var name in new[] { "a", "b", "c" })
        {
            stage.Disk.Copy($"/logs/{name}.log", $"/logs/elsewhere-{name}");
            stage.Disk.Truncate($"/logs/{name}.log");
        }

        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, header + header + header + Lines.Of("a", 1, 20) + Lines.Of("b", 1, 20) + Lines.Of("c", 1, 20));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_that_was_empty_when_the_service_stopped_and_is_whole_when_it_starts_is_no_file_of_its_own(bool birthTimes)
    {
        var stage = Stage("/logs/app.log*");
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 90));
        stage.Start();
        stage.Run(6);
        stage.Disk.Create("/logs/app.log.1");
        stage.Run(2);
        stage.Stop();
        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 3));
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 90) + Lines.Of("b", 1, 3));
    }

    [Theory]
    [InlineData("/logs/a.log.1")]
    [InlineData("/logs/elsewhere-1")]
    public void The_inode_of_an_empty_file_that_is_used_again_for_the_copy_of_another_is_known_by_what_it_holds(string copy)
    {
        var stage = Stage("/logs/{a,b}.log*");
        stage.Disk.HasBirthTimes = false;
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 1, 90));
        stage.Disk.Create("/logs/b.log");
        stage.Start();
        stage.Run(6);
        stage.Stop();
        stage.Disk.Delete("/logs/b.log");
        stage.Disk.CopyTruncate("/logs/a.log", copy);
        stage.Disk.Append("/logs/a.log", Lines.Of("a", 91, 95));
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 95));
    }

    [Fact]
    public void A_half_made_copy_that_was_taken_for_a_file_and_not_read_yet_is_known_for_what_it_is_once_it_is_whole()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 90));
        stage.Run(6);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 400);
        stage.Run(8);
        stage.Stop();
        stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
        stage.Disk.Truncate("/logs/app.log");
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(30);

        ShippedOnce(stage, Lines.Of("a", 1, 90));
    }

    [Fact]
    public void A_copy_that_ends_before_what_was_seen_is_not_taken_as_long_as_a_longer_one_may_be_among_what_cannot_be_looked_at()
    {
        var stage = Stage("/logs/app.log*");
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
        stage.Start();
        stage.Run(2);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 61, 90));
        stage.Run(2);
        stage.Stop();
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup", Lines.Of("a", 1, 60).Length);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.Open && path == "/logs/elsewhere-1" ? "Input/output error"
            : null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Start();
        stage.Run(120);
        stage.Disk.Fault = null;
        stage.Run(30);

        Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 90)), Lines.Sorted(Lines.Distinct(stage.Delivered.ToString())));
        Assert.Equal(0, stage.BytesLost);
    }

    [Fact]
    public void A_copy_that_its_original_has_outgrown_is_not_remembered_as_read_while_the_originals_lines_wait_in_an_open_record()
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = ["/logs/app.log*"],
            Packing = new Packing(100_000, 500),
            MaxBatchAge = TimeSpan.FromMinutes(1),
            Trace = true,
        });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 20));
        stage.Start();
        stage.Run(0.5);
        stage.Disk.Copy("/logs/app.log", "/logs/app.log-copy");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 21, 30));
        stage.Run(0.3);
        stage.Disk.Truncate("/logs/app.log");
        stage.Run(3);
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(120);

        Assert.True(stage.Delivered.ToString().Contains(Lines.Of("a", 1, 20), StringComparison.Ordinal), stage.Trace.ToString());
    }
}
