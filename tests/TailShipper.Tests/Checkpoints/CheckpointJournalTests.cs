using System.Text;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class CheckpointJournalTests
{
    private static readonly StreamId One = new(1);

    [Fact]
    public void A_commit_that_is_wanted_soon_does_not_wait_for_its_interval()
    {
        var host = JournalHost.Running();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Thread.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, host.Durable(new StreamId(1)));

        host.Journal.Record(Some.Checkpoint(1, 200));
        host.Thread.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, host.Durable(new StreamId(1)));
        host.Journal.WriteSoon();
        host.Thread.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(200, host.Durable(new StreamId(1)));
    }

    [Fact]
    public void A_commit_that_is_wanted_soon_while_the_disk_fails_waits_for_the_next_attempt()
    {
        var host = JournalHost.Running();
        host.FailWith("Append");
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Thread.Advance(TimeSpan.FromMilliseconds(1));
        var attempts = host.Log.Entries.Count;
        for (var again = 0; again < 100; again++)
        {
            host.Journal.WriteSoon();
            host.Thread.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(attempts, host.Log.Entries.Count);
    }

    [Fact]
    public void A_first_start_is_one_and_the_second_is_not()
    {
        var host = new JournalHost();
        Assert.Single(host.Log.Of(2300));
        host.Close();

        Assert.Empty(new JournalHost(host.Disk).Log.Of(2300));
    }

    [Fact]
    public void Records_within_250_ms_share_one_append_and_one_sync()
    {
        var host = JournalHost.Running();
        host.Journal.Record(Some.Checkpoint(1, 1));
        host.Thread.RunUntilIdle();
        host.Disk.Operations.Clear();

        for (var committed = 2; committed < 10; committed++)
        {
            host.Journal.Record(Some.Checkpoint(1, committed));
            host.Journal.Record(Some.Checkpoint(2, committed));
            host.Thread.Advance(TimeSpan.FromMilliseconds(30));
        }

        Assert.Empty(host.Disk.Operations);
        host.Thread.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(["append", "sync"], host.Disk.Operations);
        Assert.Equal(9, host.Durable(One));
        Assert.Equal(9, host.Durable(new StreamId(2)));
        Assert.Equal(3, host.Journal.Status.Lines);
        Assert.Equal(host.Clock.GetUtcNow(), host.Journal.Status.LastCommit);
    }

    [Fact]
    public void Idle_hours_cost_no_disk_operation_and_no_timer()
    {
        var host = JournalHost.Running();
        host.Journal.Record(Some.Checkpoint(1, 1));
        host.Thread.Advance(TimeSpan.FromSeconds(1));
        host.Disk.Operations.Clear();

        Assert.Null(host.Clock.NextDue);
        host.Thread.Advance(TimeSpan.FromHours(5));
        Assert.Empty(host.Disk.Operations);
    }

    [Fact]
    public void Progress_takes_the_short_line_and_any_other_change_the_full_one()
    {
        var host = new JournalHost();
        var checkpoint = Some.Checkpoint(1, 1);
        foreach (var next in (StreamCheckpoint[])
            [
                checkpoint,
                checkpoint with { Committed = 2, Size = 3, Tail = new Fingerprint(2, 9) },
                checkpoint with { Path = "/elsewhere" },
                checkpoint with { Path = "/elsewhere", State = StreamState.Rotated },
                checkpoint with { Path = "/elsewhere", State = StreamState.Rotated, Committed = 5 },
            ])
        {
            host.Journal.Record(next);
            host.Flush();
        }

        host.Journal.Forget(One);
        host.Flush();

        Assert.Equal(["stream", "commit", "stream", "stream", "commit", "forget"], Kinds(host.Disk));
        Assert.Empty(host.Recover().Table.Streams);
    }

    [Fact]
    public void What_is_being_written_is_not_on_disk_yet()
    {
        var host = new JournalHost();
        var during = new List<(long? Said, long? Durable)>();
        host.Disk.Fault = (_, _) => during.Add((host.Journal.OnDisk(One)?.Committed, host.Durable(One)));
        foreach (var committed in new[] { 10, 20 })
        {
            host.Journal.Record(Some.Checkpoint(1, committed));
            Assert.NotEqual(committed, host.Journal.OnDisk(One)?.Committed);
            host.Flush();
            Assert.Equal(committed, host.Journal.OnDisk(One)?.Committed);
        }

        Assert.NotEmpty(during);
        Assert.All(during, moment => Assert.Equal(moment.Durable, moment.Said));
    }

    [Fact]
    public void A_stream_forgotten_and_recorded_again_between_commits_is_known()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Flush();
        host.Journal.Forget(One);
        Assert.Null(host.Journal.Latest(One));
        host.Journal.Record(Some.Checkpoint(1, 20) with { Path = "/new" });
        host.Flush();

        Assert.Equal("/new", host.Recover().Table.Streams[One].Path);
        Assert.Equal(20, host.Durable(One));
    }

    [Fact]
    public void What_is_remembered_of_a_flow_is_the_latest_recorded_with_its_marks()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Journal.Record(Some.Checkpoint(2, 10, "other"));
        host.Flush();
        host.Journal.Record(Some.Checkpoint(1, 20));

        var known = Assert.Single(host.Journal.Of("orders"));
        Assert.Equal(20, known.Committed);
        Assert.Equal([new TimeMark(Some.Time, 10)], known.Marks);
    }

    [Fact]
    public void Marks_gathered_while_running_are_the_marks_recovered()
    {
        var host = new JournalHost();
        for (var i = 0; i < 300; i++)
        {
            host.Journal.Record(Some.Checkpoint(1, i));
            host.Flush();
            host.Clock.Advance(TimeSpan.FromSeconds(23.4567));
        }

        var marks = Assert.Single(host.Journal.Of("orders")).Marks;
        Assert.InRange(marks.Count, 40, TimeMarks.Capacity);
        Assert.Equal(marks, host.Recover().Table.Streams[One].Marks);
        host.Close();
        Assert.Equal(marks, Assert.Single(new JournalHost(host.Disk).Journal.Of("orders")).Marks);
    }

    [Fact]
    public void Closing_writes_what_is_pending_and_recording_afterwards_harms_nothing()
    {
        var host = JournalHost.Running();
        host.Thread.Advance(TimeSpan.FromSeconds(1));
        host.Journal.Record(Some.Checkpoint(1, 7));
        host.Close();
        host.Close();
        host.Journal.Record(Some.Checkpoint(1, 8));
        host.Thread.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(7, host.Recover().Table.Streams[One].Committed);
        Assert.False(host.Flush());
    }

    [Fact]
    public void A_long_journal_is_replaced_by_a_snapshot_and_the_generation_before_is_kept()
    {
        var host = new JournalHost(limits: new JournalLimits { CompactAtBytes = 2000 });
        for (var i = 0; i < 100; i++)
        {
            host.Journal.Record(Some.Checkpoint(1 + (i % 3), i));
            host.Flush();
        }

        Assert.True(host.Journal.Status.Snapshots > 5);
        var newest = host.Journal.Status.Generation;
        Assert.Equal(
            new[] { newest - 1, newest }.SelectMany(generation => new[]
            {
                new CheckpointFile(generation, CheckpointFileKind.Journal).Name,
                new CheckpointFile(generation, CheckpointFileKind.Snapshot).Name,
            }),
            host.Disk.List().Order(StringComparer.Ordinal));
        Assert.Equal([99, 97, 98], host.Recover().Table.Streams.OrderBy(pair => pair.Key.Number).Select(pair => pair.Value.Committed));
    }

    [Fact]
    public void Cancelling_ends_the_loop_without_an_exception()
    {
        using var stop = new CancellationTokenSource();
        var host = new JournalHost();
        var loop = host.Thread.Start(() => host.Journal.RunAsync(stop.Token));
        stop.Cancel();

        Assert.Equal(0, host.Thread.Run(async () =>
        {
            await loop;
            return 0;
        }));
    }

    [Fact]
    public async Task Many_threads_may_record_at_once()
    {
        var disk = new InMemoryStateDirectory();
        var journal = CheckpointJournal.Open(disk, TimeProvider.System, new RecordingLogger<CheckpointJournal>());
        using var stop = new CancellationTokenSource();
        var loop = journal.RunAsync(stop.Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var mine = Enumerable.Range(0, 20).Select(_ => journal.NextStream().Number).ToArray();
            for (var i = 0; i <= 200; i++)
            {
                journal.Record(Some.Checkpoint(mine[i % 20], i));
            }
        })));
        await stop.CancelAsync();
        await loop;
        await journal.DisposeAsync();

        var streams = JournalRecovery.Recover(disk).Table.Streams;
        Assert.Equal(80, streams.Count);
        Assert.Equal(4, streams.Values.Count(stream => stream.Committed == 200));
    }

    private static IEnumerable<string> Kinds(InMemoryStateDirectory disk) =>
        Encoding.UTF8.GetString(disk.Files
                .Where(file => file.Key.EndsWith(".journal", StringComparison.Ordinal))
                .MaxBy(file => file.Key, StringComparer.Ordinal).Value)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("\"kind\":\"")[1].Split('"')[0]);
}
