using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class CheckpointJournalFailureTests
{
    private static readonly StreamId One = new(1);

    [Theory]
    [InlineData("append")]
    [InlineData("sync")]
    public void After_a_failed_write_the_file_is_given_up_and_a_new_generation_written(string operation)
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Flush();
        host.FailWith(operation);
        host.Journal.Record(Some.Checkpoint(1, 20));

        Assert.False(host.Flush());
        Assert.Equal(10, host.Durable(One));
        Assert.False(host.Journal.Health.IsOk);
        Assert.Contains("Input/output error", host.Journal.Health.Reason, StringComparison.Ordinal);
        host.Disk.Fault = null;
        host.Disk.Operations.Clear();

        Assert.True(host.Flush());
        Assert.Equal(20, host.Durable(One));
        Assert.True(host.Journal.Health.IsOk);
        Assert.Contains("sync-directory", host.Disk.Operations);
        Assert.Equal(20, JournalRecovery.Recover(host.Disk.AfterCrash(new Random(1))).Table.Streams[One].Committed);
    }

    [Fact]
    public void A_full_disk_stops_nobody_is_logged_once_and_retried_from_1_to_30_seconds()
    {
        var host = JournalHost.Running();
        host.Thread.Advance(TimeSpan.FromSeconds(1));
        host.Disk.Capacity = 0;
        var attempts = new List<double>();
        host.Disk.Fault = (operation, _) =>
        {
            if (operation is "append")
            {
                attempts.Add((host.Clock.GetUtcNow() - Some.Time).TotalSeconds);
            }
        };

        for (var i = 0; i < 120; i++)
        {
            host.Journal.Record(Some.Checkpoint(1, i));
            host.Thread.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], attempts.Zip(attempts.Skip(1), (left, right) => right - left).Distinct().Append(30));
        Assert.Contains("No space left", Assert.Single(host.Log.Of(2305)), StringComparison.Ordinal);
        Assert.Equal(attempts.Count, host.Journal.Status.Failures);

        host.Disk.Capacity = long.MaxValue;
        host.Thread.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(host.Log.Of(2306));
        Assert.Equal(119, host.Durable(One));
        Assert.Equal(0, host.Journal.Status.PendingStreams);
    }

    [Fact]
    public void A_disk_that_cannot_be_written_at_the_start_is_retried_while_shipping_goes_on()
    {
        var disk = new InMemoryStateDirectory();
        disk.Fault = (operation, _) =>
        {
            if (operation == "create")
            {
                throw new UnauthorizedAccessException("Read-only file system");
            }
        };
        var host = new JournalHost(disk);
        var loop = host.Thread.Start(() => host.Journal.RunAsync(CancellationToken.None));
        Assert.Single(host.Log.Of(2300));
        Assert.False(host.Journal.Health.IsOk);

        disk.Fault = null;
        host.Thread.Advance(TimeSpan.FromSeconds(2));

        Assert.True(host.Journal.Health.IsOk);
        Assert.False(loop.IsCompleted);
    }

    [Fact]
    public void When_a_compaction_fails_lines_are_still_appended()
    {
        var host = new JournalHost(limits: new JournalLimits { CompactAtBytes = 100 });
        host.Journal.Record(Some.Checkpoint(1, 1));
        host.Flush();
        host.FailWith("create", "No space left on device");
        host.Journal.Record(Some.Checkpoint(1, 2));

        Assert.True(host.Flush());
        Assert.Equal(2, host.Durable(One));
        Assert.False(host.Journal.Health.IsOk);
        Assert.Equal(2, JournalRecovery.Recover(host.Disk.AfterCrash(new Random(1))).Table.Streams[One].Committed);

        host.Disk.Fault = null;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        host.Journal.Record(Some.Checkpoint(1, 3));
        Assert.True(host.Flush());
        Assert.True(host.Journal.Health.IsOk);
    }

    [Fact]
    public void Closing_on_a_full_disk_says_what_is_behind()
    {
        var host = new JournalHost();
        host.Disk.Capacity = 0;
        host.Journal.Record(Some.Checkpoint(1, 1));
        host.Close();

        Assert.Contains("1 streams not on disk", Assert.Single(host.Log.Of(2307)), StringComparison.Ordinal);
    }
}
