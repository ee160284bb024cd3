using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Tailing;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

public sealed partial class ShippedQuestionTests
{
    private const string Log = "/logs/app.log";

    [Fact]
    public void A_file_is_shipped_when_its_last_byte_is_acknowledged_and_not_before()
    {
        var stage = Begin();
        stage.Firehose.Latency = () => TimeSpan.FromSeconds(3);
        stage.Disk.Append(Log, Lines.Of("a", 1, 10));
        Answers(stage, Log, ShippedState.Unknown, "the service has not recorded it yet (flow flow)");
        stage.Run(2);
        Answers(stage, Log, ShippedState.NotYet, "0 of 191 bytes acknowledged, 191 to go (flow flow");
        stage.Run(5);
        Answers(stage, Log, ShippedState.Shipped, "all 191 bytes acknowledged");
        stage.Disk.Append(Log, "x");
        Answers(stage, Log, ShippedState.NotYet, "191 of 192 bytes acknowledged, 1 to go");
    }

    [Fact]
    public void An_unfinished_last_line_counts_and_is_shipped_after_the_rotation()
    {
        var stage = Begin();
        stage.Disk.Append(Log, "one\nhalf");
        stage.Run(5);
        Answers(stage, Log, ShippedState.NotYet, "4 to go: a last line without its newline");
        stage.Disk.Rename(Log, Log + ".1");
        stage.Run(3);
        Answers(stage, Log + ".1", ShippedState.NotYet, "4 to go");
        stage.Run(10);
        Answers(stage, Log + ".1", ShippedState.Shipped, "all 8 bytes acknowledged");
        Assert.Equal("one\nhalf\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_file_that_was_truncated_or_rewritten_is_not_what_was_shipped()
    {
        var stage = Shipped();
        stage.Stop();
        stage.Disk.Truncate(Log);
        stage.Disk.Append(Log, "new\n");
        Answers(stage, Log, ShippedState.Unknown, "it is shorter than what is acknowledged of it");
        stage.Disk.Append(Log, Lines.Of("b", 1, 40));
        Answers(stage, Log, ShippedState.Unknown, "or it was rewritten");
    }

    [Fact]
    public void Other_content_of_the_very_same_length_is_not_what_was_shipped()
    {
        var stage = Shipped();
        stage.Stop();
        stage.Disk.Truncate(Log);
        stage.Disk.Append(Log, Lines.Of("b", 1, 10));
        Answers(stage, Log, ShippedState.Unknown, "or it was rewritten");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_inode_that_was_used_again_is_another_file(bool birthTimes)
    {
        var stage = Begin();
        stage.Disk.HasBirthTimes = birthTimes;
        stage.Disk.Append(Log, Lines.Of("a", 1, 10));
        stage.Run(5);
        stage.Stop();
        var inode = stage.Disk[Log].Id.Inode;
        stage.Disk.Delete(Log);
        stage.Disk.Append("/logs/other", Lines.Of("c", 1, 10));
        Assert.Equal(inode, stage.Disk["/logs/other"].Id.Inode);
        Answers(stage, "/logs/other", ShippedState.Unknown, "another file had its inode");
    }

    [Fact]
    public void A_copy_before_a_truncation_is_the_stream_that_was_shipped_also_while_the_service_is_down()
    {
        var stage = Shipped();
        stage.Stop();
        stage.Disk.CopyTruncate(Log, Log + ".1");
        Answers(stage, Log + ".1", ShippedState.Shipped, "all 191 bytes");
        Answers(stage, Log, ShippedState.Unknown, "truncated");
        stage.Disk.Append(Log + ".1", "late\n");
        Answers(stage, Log + ".1", ShippedState.NotYet, "191 of 196");
        stage.Start();
        stage.Run(20);
        Answers(stage, Log + ".1", ShippedState.Shipped, "all 196 bytes");
    }

    [Fact]
    public void Of_a_copy_beside_its_original_nothing_is_known()
    {
        var stage = Shipped();
        stage.Disk.Copy(Log, "/backup");
        Answers(stage, "/backup", ShippedState.Unknown, $"it looks like a copy of {Log}, which still has its own file");
        stage.Disk.Rename(Log, "/logs/elsewhere");
        Answers(stage, "/backup", ShippedState.Unknown, "it looks like a copy");
        Answers(stage, "/logs/elsewhere", ShippedState.Shipped, "all 191 bytes");
    }

    [Fact]
    public void Several_streams_that_it_could_be_make_it_unknown()
    {
        var stage = Shipped();
        var known = Assert.Single(Known(stage));
        stage.Stop();
        stage.Disk.Copy(Log, "/logs/app.log.1");
        stage.Disk.Delete(Log);
        var twice = ShippedClaim.ViewOf([known with { File = default }, known with { File = default, Stream = new StreamId(99) }]);
        Assert.Equal(
            (ShippedState.Unknown, "it could be one of several streams with the same content (flow flow)"),
            Answer(stage, "/logs/app.log.1", twice));
    }

    [Fact]
    public void A_checkpoint_without_the_bytes_before_the_offset_proves_nothing()
    {
        var stage = Shipped();
        var known = Assert.Single(Known(stage)) with { Tail = Fingerprint.Empty };
        var (state, text) = Answer(stage, Log, ShippedClaim.ViewOf([known]));
        Assert.Equal(ShippedState.Unknown, state);
        Assert.Contains("does not hold enough to be sure", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rewound_file_is_not_shipped_until_it_is_again()
    {
        var stage = Shipped();
        stage.Firehose.Latency = () => TimeSpan.FromSeconds(3);
        var done = stage.Shipper!.Loop.PostAsync(tailer => tailer.Rewind(_ => 0));
        stage.Run(1);
        Assert.True(done.IsCompletedSuccessfully);
        stage.Disk.Append("/logs/app2.log", "x\n"); // so that the journal of the simulation commits what it was told
        stage.Run(1);
        Answers(stage, Log, ShippedState.NotYet, "0 of 191 bytes");
        stage.Run(10);
        Answers(stage, Log, ShippedState.Shipped, "all 191 bytes");
        Assert.Equal(Lines.Of("a", 1, 10) + Lines.Of("a", 1, 10) + "x\n", stage.Delivered.ToString());
    }

    [Theory]
    [InlineData("/logs/none.log", "there is no such file")]
    [InlineData("/logs", "it is not a regular file")]
    [InlineData("/logs/app.log.gz", "compressed files are not tailed")]
    [InlineData("/logs/foreign.txt", "no flow names it, and no stream is in it")]
    public void What_is_no_file_of_a_flow_is_unknown_and_waiting_does_not_help(string path, string expected)
    {
        var stage = Shipped();
        stage.Disk.Append("/logs/app.log.gz", "gz");
        stage.Disk.Append("/logs/foreign.txt", "text\n");
        var answer = Question(stage).Ask(path, ShippedClaim.ViewOf(Known(stage)));
        Assert.Equal((ShippedState.Unknown, false), (answer.State, answer.MayChange));
        Assert.StartsWith(expected, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_two_flows_is_shipped_when_both_have_it()
    {
        var stage = Shipped();
        var known = Assert.Single(Known(stage));
        var other = new FlowOptions { Name = "other", Paths = [Log], DeliveryStream = "second" };
        Assert.Equal(ShippedState.Unknown, Answer(stage, Log, ShippedClaim.ViewOf([known]), other).State);
        var behind = known with { Flow = "other", Stream = new StreamId(50), Committed = 0, Tail = Fingerprint.Empty };
        Assert.Equal(ShippedState.NotYet, Answer(stage, Log, ShippedClaim.ViewOf([known, behind]), other).State);
        var both = known with { Flow = "other", Stream = new StreamId(50) };
        Assert.Equal(ShippedState.Shipped, Answer(stage, Log, ShippedClaim.ViewOf([known, both]), other).State);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_or_read_is_unknown()
    {
        var stage = Shipped();
        stage.Disk.Fault = (asked, _) => asked == DiskOperation.Open ? "Permission denied" : null;
        Answers(stage, Log, ShippedState.Unknown, "it cannot be opened (Permission denied)");
        stage.Disk.Fault = (asked, _) => asked == DiskOperation.Read ? "Input/output error" : null;
        Answers(stage, Log, ShippedState.Unknown, "it cannot be read (Input/output error)");
    }

    [Fact]
    public void A_path_that_leads_elsewhere_at_the_end_of_the_look_is_unknown()
    {
        var stage = Shipped();
        stage.Stop();
        stage.Disk.BeforeCall = () =>
        {
            stage.Disk.BeforeCall = null;
            stage.Disk.BeforeCall = () =>
            {
                stage.Disk.BeforeCall = null;
                stage.Disk.Rename(Log, Log + ".1");
                stage.Disk.Append(Log, "new\n");
            };
        };
        Answers(stage, Log, ShippedState.Unknown, "the path led to another file a moment later");
    }

    [Fact]
    public void A_file_that_grows_during_the_look_is_not_shipped()
    {
        var stage = Shipped();
        stage.Stop();
        var calls = 0;
        stage.Disk.BeforeCall = () =>
        {
            if (++calls == 3)
            {
                stage.Disk.Append(Log, "more\n");
            }
        };
        Answers(stage, Log, ShippedState.NotYet, "5 to go");
    }

    [Fact]
    public void Random_histories_call_many_files_shipped()
    {
        // The histories themselves check that each "yes" is right; this, that they are not all "no".
        var yes = 0;
        for (var seed = 11; seed < 15; seed++)
        {
            var run = new SimulationRun(seed, trace: false, asks: true);
            run.Play();
            yes += run.CalledShipped;
        }

        Assert.True(yes > 10, $"{yes}");
    }
}
