using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class JournalPropertyTests
{
    private static readonly JournalLimits Small = new() { CompactAtBytes = 1500 };

    /// <summary>
    /// A program is a list of numbers: each picks an operation. Crashes come at any disk operation, also while opening,
    /// and each process continues on what the crash left.
    /// </summary>
    [Fact]
    public void After_any_crashes_an_offset_is_never_above_the_recorded_nor_below_the_durable_and_no_stream_number_comes_twice() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(120),
            Prop.ForAll(ArbMap.Default.ArbFor<(int Seed, byte[] Program)>(), input => Run(new Random(input.Seed), input.Program)));

    [Fact]
    public void No_single_changed_byte_yields_an_offset_above_the_recorded_or_starts_empty_silently()
    {
        var disk = Grown(out var recorded);
        foreach (var (file, bytes) in disk.Files)
        {
            for (var position = 0; position < bytes.Length; position++)
            {
                foreach (var flip in (byte[])[0x01, 0x20, 0x80, (byte)(bytes[position] ^ (byte)'\n')])
                {
                    if (flip != 0)
                    {
                        bytes[position] ^= flip;
                        disk.Put(file, bytes);
                        AssertSafe(disk, recorded);
                        bytes[position] ^= flip;
                    }
                }
            }

            disk.Put(file, bytes);
        }
    }

    [Fact]
    public void No_file_cut_short_anywhere_yields_an_offset_above_the_recorded_or_starts_empty_silently()
    {
        var disk = Grown(out var recorded);
        foreach (var (file, bytes) in disk.Files)
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                disk.Put(file, bytes[..length]);
                AssertSafe(disk, recorded, mayCutSilently: true);
            }

            disk.Put(file, bytes);
        }
    }

    private static void Run(Random random, byte[] program)
    {
        var disk = new InMemoryStateDirectory();
        var recorded = new Dictionary<StreamId, long>();
        var durable = new Dictionary<StreamId, long>();
        var forgotten = new HashSet<StreamId>();
        var given = new HashSet<StreamId>();
        JournalHost? host = null;
        foreach (var step in program)
        {
            try
            {
                host ??= new JournalHost(disk, Small);
                Step(host, step, random, recorded, forgotten, given);
                if (host.Journal.Status.PendingStreams == 0)
                {
                    foreach (var (stream, offset) in recorded)
                    {
                        durable[stream] = offset;
                    }
                }
            }
            catch (SimulatedCrashException)
            {
                disk = disk.AfterCrash(random);
                host = null;
                AssertBetween(disk, recorded, durable, forgotten);
                CrashedTo(disk, recorded, durable, forgotten);
            }
        }

        AssertBetween(disk.AfterCrash(random), recorded, durable, forgotten);
    }

    private static void Step(
        JournalHost host, byte step, Random random, Dictionary<StreamId, long> recorded, HashSet<StreamId> forgotten,
        HashSet<StreamId> given)
    {
        var live = recorded.Keys.Where(stream => !forgotten.Contains(stream)).ToArray();
        switch (step % 16)
        {
            case 0 or 1:
                var created = host.Journal.NextStream();
                Assert.True(given.Add(created), $"stream number {created} was given twice");
                if (step < 200)
                {
                    recorded[created] = 0;
                    host.Journal.Record(Some.Checkpoint(created.Number, 0));
                }

                break;
            case < 9 when live.Length > 0:
                var stream = live[random.Next(live.Length)];
                recorded[stream] += random.Next(1, 1000);
                host.Journal.Record(
                    Some.Checkpoint(stream.Number, recorded[stream], state: step > 230 ? StreamState.Rotated : StreamState.Active));
                break;
            case 9 when live.Length > 1:
                var dropped = live[random.Next(live.Length)];
                forgotten.Add(dropped);
                host.Journal.Forget(dropped);
                break;
            case 10:
                host.Disk.CrashAfter(random.Next(1, 20));
                break;
            case 11:
                var operation = (string[])["append", "sync", "create", "rename", "sync-directory"];
                host.FailWith(operation[random.Next(operation.Length)]);
                host.Flush();
                break;
            case 12:
                host.Disk.Fault = null;
                host.Disk.Capacity = random.Next(4) == 0 ? random.Next(4000) : long.MaxValue;
                break;
            default:
                host.Clock.Advance(TimeSpan.FromSeconds(40));
                host.Flush();
                break;
        }
    }

    private static void AssertBetween(
        InMemoryStateDirectory disk, Dictionary<StreamId, long> recorded, Dictionary<StreamId, long> durable, HashSet<StreamId> forgotten)
    {
        var recovered = JournalRecovery.Recover(disk);
        Assert.All(recovered.Damages, damage => Assert.True(damage.IsTorn, damage.ToString()));
        foreach (var (stream, checkpoint) in recovered.Table.Streams)
        {
            Assert.True(checkpoint.Committed <= recorded[stream], $"stream {stream}: {checkpoint.Committed} > recorded {recorded[stream]}");
        }

        foreach (var (stream, offset) in durable)
        {
            if (!forgotten.Contains(stream))
            {
                Assert.True(
                    recovered.Table.Streams.TryGetValue(stream, out var checkpoint),
                    $"stream {stream} was durable at {offset} and is gone");
                Assert.True(checkpoint!.Committed >= offset, $"stream {stream}: {checkpoint.Committed} < durable {offset}");
            }
        }
    }

    // The next process knows what the disk knows.
    private static void CrashedTo(
        InMemoryStateDirectory disk, Dictionary<StreamId, long> recorded, Dictionary<StreamId, long> durable, HashSet<StreamId> forgotten)
    {
        recorded.Clear();
        durable.Clear();
        forgotten.Clear();
        foreach (var (stream, checkpoint) in JournalRecovery.Recover(disk).Table.Streams)
        {
            recorded[stream] = durable[stream] = checkpoint.Committed;
        }
    }

    private static InMemoryStateDirectory Grown(out Dictionary<StreamId, long> recorded)
    {
        recorded = [];
        var first = new JournalHost();
        for (var i = 0; i < 3; i++)
        {
            Progress(first, recorded, first.Journal.NextStream(), 100 * i);
        }

        first.Close();
        var second = new JournalHost(first.Disk, clock: first.Clock);
        foreach (var stream in recorded.Keys)
        {
            second.Clock.Advance(TimeSpan.FromMinutes(2));
            Progress(second, recorded, stream, 1000);
            Progress(second, recorded, stream, 2000);
        }

        second.Close();
        return second.Disk.Copy();
    }

    private static void Progress(JournalHost host, Dictionary<StreamId, long> recorded, StreamId stream, long committed)
    {
        recorded[stream] = committed;
        host.Journal.Record(Some.Checkpoint(stream.Number, committed));
        host.Flush();
    }

    private static void AssertSafe(InMemoryStateDirectory disk, Dictionary<StreamId, long> recorded, bool mayCutSilently = false)
    {
        try
        {
            var recovered = JournalRecovery.Recover(disk);
            Assert.False(recovered.IsFirstStart);
            Assert.NotEmpty(recovered.Table.Streams);
            Assert.True(mayCutSilently || recovered.Damages.Count > 0 || recovered.BaseGeneration == 3);
            foreach (var (stream, checkpoint) in recovered.Table.Streams)
            {
                Assert.True(checkpoint.Committed <= recorded[stream]);
            }

            var next = new JournalHost(disk.Copy()).Journal.NextStream();
            Assert.True(next.Number > recorded.Keys.Max(stream => stream.Number));
        }
        catch (CheckpointsUnusableException)
        {
            // Loud enough.
        }
    }
}
