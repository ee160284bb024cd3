using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>EMFILE, EACCES and EIO mean "could not look", never "deleted".</summary>
public sealed class UnavailableTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var pattern in new[] { "/logs/app.log", "/logs/app.log*" })
            {
                foreach (var operation in Enum.GetNames<DiskOperation>())
                {
                    data.Add(pattern, operation);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_running_flow_survives_a_while_of_errors_during_a_rotation(string pattern, string operation)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Fault = (asked, _) => asked.ToString() == operation ? "Too many open files" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(30);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_restart_into_errors_after_a_rotation_loses_and_repeats_nothing(string pattern, string operation)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Stop();
        stage.Disk.Fault = (asked, _) => asked.ToString() == operation ? "Permission denied" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Start();
        stage.Run(30);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_copy_that_cannot_be_looked_at_for_a_while_is_waited_for(string pattern, string operation)
    {
        var stage = Started(pattern, Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Fault = (asked, path) => asked.ToString() == operation && path is "/logs/app.log.1" or "/logs" ? "Permission denied"
            : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(30);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 20) + Lines.Of("b", 1, 10));
    }

    [Fact]
    public void The_copy_of_a_file_that_was_truncated_while_it_could_not_be_read_is_no_new_file()
    {
        var stage = Started("/logs/app.log*", Lines.Of("a", 1, 50));
        stage.Run(3);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 51, 80));
        stage.Disk.Fault = (asked, path) => asked == DiskOperation.Read && path == "/logs/app.log" ? "Input/output error" : null;
        stage.Run(20);
        stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(30);
        stage.Disk.Fault = null;
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 80) + Lines.Of("b", 1, 10));
    }

    [Fact]
    public void What_is_acknowledged_while_its_file_cannot_be_read_is_remembered_up_to_a_place_that_was_passed()
    {
        var stage = new Stage(new StageOptions { MaxCalls = 2, MaxBatchAge = TimeSpan.FromMilliseconds(100) });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(3);
        stage.Firehose.Latency = () => TimeSpan.FromSeconds(6);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Run(2);
        stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 21, 30));
        stage.Run(2);
        stage.Disk.Fault = (operation, _) => operation == DiskOperation.Read ? "Input/output error" : null;
        stage.Run(5);
        stage.KillAfterCommit();
        stage.Disk.Fault = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(20);
        stage.Start();
        stage.Run(20);

        ShippedOnce(stage, Lines.Of("a", 1, 30));
    }

    [Fact]
    public void A_file_that_cannot_be_read_for_a_while_goes_on_where_it_was()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(3);
        stage.Disk.Fault = (asked, _) => asked == DiskOperation.Read ? "Input/output error" : null;
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 11, 20));
        stage.Run(10);
        Assert.Equal(Lines.Of("a", 1, 10), stage.Delivered.ToString());
        stage.Disk.Fault = null;
        stage.Run(10);

        Assert.Equal(Lines.Of("a", 1, 20), stage.Delivered.ToString());
    }

    [Fact]
    public void A_file_that_may_never_be_opened_is_reported_once_and_again_after_it_could_be()
    {
        var stage = new Stage(new StageOptions { Trace = true });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Disk.Fault = (asked, _) => asked == DiskOperation.Open ? "Permission denied" : null;
        stage.Start();
        stage.Run(60);
        Assert.Equal(1, stage.Trace.Count("cannot be accessed"));
        stage.Disk.Fault = null;
        stage.Run(10);
        stage.Disk.Fault = (asked, _) => asked == DiskOperation.PathStat ? "Permission denied" : null;
        stage.Run(10);
        Assert.Equal(2, stage.Trace.Count("cannot be accessed"));
    }
}
