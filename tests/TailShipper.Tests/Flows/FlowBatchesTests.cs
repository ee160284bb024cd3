using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class FlowBatchesTests
{
    [Fact]
    public void Calls_on_their_way_are_counted_and_bounded()
    {
        var gate = new TaskCompletionSource<CallAnswer>();
        using var rig = new FlowRig((_, _) => gate.Task, maxCalls: 2, limits: new ServiceLimits(2, 1000, 100));
        Assert.True(rig.Batches.IsEmpty);
        Assert.Null(rig.Batches.OpenedAt);

        // Two batches of two fill the calls; no third is opened behind them.
        Assert.Equal(4, rig.Read(Enumerable.Range(0, 9).Select(line => $"{line}\n")));
        Assert.Equal(0, rig.Batches.InFlight);
        rig.Send();
        Assert.Equal(2, rig.Batches.InFlight);
        Assert.Null(rig.Batches.Current(rig.Ring.Stream));
        Assert.False(rig.Batches.IsEmpty);

        gate.SetResult(ScriptedClient.Accepted);
        rig.Drain();
        Assert.Equal(0, rig.Batches.InFlight);
        Assert.True(rig.Batches.IsEmpty);
        Assert.Equal(8, rig.Ring.Committed);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void An_empty_batch_that_takes_nothing_means_that_memory_is_spent_and_reading_stops()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted, pool: new ChunkPool(Chunk.Capacity));
        Assert.Equal(0, rig.Read(LineOf(200_000)));
        Assert.Null(rig.Batches.Next(rig.Ring.Stream));
        Assert.NotNull(rig.Batches.Current(rig.Ring.Stream));
        Assert.True(rig.Batches.IsEmpty);
        Assert.Equal(0, rig.Pool.RentedBytes);
        Assert.Equal(1, rig.Read("small\n"));
    }

    [Fact]
    public void Flows_that_share_too_little_memory_all_get_on()
    {
        // Each record takes three of the four chunks, and every flow has begun one.
        var pool = new ChunkPool(4 * Chunk.Capacity);
        List<FlowRig> rigs = [.. Enumerable.Range(0, 3).Select(_ => new FlowRig(_ => ScriptedClient.Accepted, pool: pool))];
        foreach (var rig in rigs)
        {
            rig.Read("x\n");
        }

        for (var round = 0; round < 10; round++)
        {
            // Each round another begins, as it does when flows come and go as they please.
            foreach (var rig in rigs.Skip(round % 3).Concat(rigs.Take(round % 3)))
            {
                rig.Read(LineOf(250_000));
                rig.Send();
            }

            foreach (var rig in rigs)
            {
                rig.Drain();
            }
        }

        Assert.All(rigs, rig => Assert.True(rig.Ring.Committed > 500_000));
        Assert.All(rigs, rig => Assert.Equal(rig.Ring.End, rig.Ring.Committed));
        Assert.Equal(0, pool.RentedBytes);
        rigs.ForEach(rig => rig.Dispose());
    }

    [Fact]
    public void After_a_burst_batches_that_are_not_needed_are_dropped()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        var burst = Fill(rig, 3);
        rig.Drain();
        rig.Batches.Trim(); // all three were in use since the last time
        rig.Drain();
        Assert.Equal(burst.ToHashSet(), Fill(rig, 3).ToHashSet());
        rig.Drain();

        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        rig.Batches.Trim();
        Assert.Contains(Assert.Single(Fill(rig, 1)), burst);
        rig.Drain();
        rig.Batches.Trim(); // not so soon
        Assert.Contains(Assert.Single(Fill(rig, 1)), burst);
        rig.Drain();
        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        rig.Batches.Trim();
        Assert.Single(Fill(rig, 3).Intersect(burst));
        rig.Drain();
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
    }

    [Fact]
    public void Refused_records_lead_fresh_ones_follow_and_the_body_is_full_again()
    {
        using var rig = new FlowRig(
            call => call.Number == 0 ? ScriptedClient.Refusing(1, 3) : ScriptedClient.Accepted,
            maxCalls: 2,
            limits: new ServiceLimits(4, 1000, 100));
        rig.Read("0\n", "1\n", "2\n", "3\n");
        rig.Send();
        rig.Read("4\n", "5\n", "6\n");
        Assert.True(rig.Settle());
        Assert.Equal(2, rig.Ring.Committed);
        rig.Drain();
        Assert.Equal(["1\n", "3\n", "4\n", "5\n"], rig.Client.Calls[1].Records);
        Assert.Equal(["6\n"], rig.Client.Calls[2].Records);
        Assert.Equal(14, rig.Ring.Committed);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void The_age_of_what_is_put_back_counts_from_its_first_byte()
    {
        using var rig = new FlowRig(call => call.Number == 0 ? ScriptedClient.Refusing(1) : ScriptedClient.Accepted);
        rig.Read("0\n", "1\n");
        var opened = rig.Batches.OpenedAt;
        rig.Send();
        Assert.Null(rig.Batches.OpenedAt);
        rig.Clock.Advance(TimeSpan.FromSeconds(3));
        rig.Read("2\n");
        Assert.NotEqual(opened, rig.Batches.OpenedAt);
        Assert.True(rig.Settle());
        Assert.Equal(opened, rig.Batches.OpenedAt);
        Assert.Equal(2, rig.Batches.Current(rig.Ring.Stream)!.Count);
    }

    [Fact]
    public void Putting_back_works_when_there_is_no_memory_to_merge()
    {
        var pool = new ChunkPool(4 * Chunk.Capacity);
        using var rig = new FlowRig(
            call => call.Number == 0 ? ScriptedClient.Refusing(0) : ScriptedClient.Accepted, maxCalls: 2, pool: pool);
        rig.Read([.. LineOf(90_000), "x\n"]);
        rig.Send();
        rig.Read(LineOf(190_000));
        Assert.True(rig.Settle());
        rig.Drain();
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal(280_002, rig.Ring.Committed);
        Assert.Equal(0, pool.RentedBytes);
    }

    [Fact]
    public async Task A_fault_in_a_delivery_surfaces_in_the_loop()
    {
        using var rig = new FlowRig(_ => throw new InvalidOperationException("a bug"));
        rig.Read("0\n");
        rig.Send();
        await rig.Wake.WaitAsync(TimeSpan.FromDays(1));
        var fault = Assert.Throws<InvalidOperationException>(() => rig.Settlement.Run());
        Assert.Equal("a bug", fault.InnerException!.Message);
        Assert.Equal(0, rig.Ring.Committed);
    }

    [Fact]
    public async Task A_finished_delivery_wakes_the_loop()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        rig.Read("0\n");
        rig.Send();
        await rig.Wake.WaitAsync(TimeSpan.FromDays(1));
        Assert.True(rig.Settlement.Run());
        Assert.False(rig.Settlement.Run());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(3, 1)]
    public void However_often_records_are_refused_each_is_delivered_once_and_one_call_at_a_time_keeps_the_order(int maxCalls, int seed)
    {
        var random = new Random(seed);
        var accepted = new List<int>();
        using var rig = new FlowRig(
            call =>
            {
                int[] edges = [0, call.Records.Count / 2, call.Records.Count - 1];
                HashSet<int> refused = [.. call.Number < 60 ? edges.Where(_ => random.Next(2) == 0) : []];
                accepted.AddRange(call.Records.Where((_, index) => !refused.Contains(index)).Select(Trial.Number));
                return ScriptedClient.Refusing(refused.Order());
            },
            maxCalls,
            limits: new ServiceLimits(20, 4000, 1000));
        var next = 0;
        for (var turn = 0; turn < 80; turn++)
        {
            next += rig.Read(Enumerable.Range(next, random.Next(40)).Select(line => $"{line}\n"));
            if (random.Next(2) == 0)
            {
                rig.Batches.Close();
            }

            rig.Dispatch();
            rig.Settle();
        }

        rig.Drain();
        Assert.Equal(Enumerable.Range(0, next), accepted.Order());
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal(rig.Counters.BytesRead, rig.Counters.BytesAcknowledged);
        Assert.Equal(0, rig.Batches.BytesHeld);
        Assert.Equal(0, rig.Pool.RentedBytes);
        if (maxCalls == 1)
        {
            InOrderOnceSettled(rig);
        }
    }

    [Fact]
    public void With_order_a_file_has_one_call_in_flight_and_others_go_on()
    {
        var gate = new TaskCompletionSource<CallAnswer>();
        using var rig = new FlowRig(
            (call, _) => call.Records[0].StartsWith('a') ? gate.Task : Task.FromResult(ScriptedClient.Accepted),
            maxCalls: 2, limits: new ServiceLimits(2, 1000, 100), keepOrder: true);
        var other = Workbench.NewRing(2);
        Assert.Equal(4, rig.Read("a0\n", "a1\n", "a2\n", "a3\n"));
        rig.Send();
        Assert.Equal(1, rig.Batches.InFlight);

        // One is in flight and one is ready: this file waits, the other does not, and there is nothing to be sent for its age.
        Assert.Equal(0, rig.Read("a4\n"));
        Assert.False(rig.Batches.Takes(rig.Ring.Stream));
        Assert.True(rig.Batches.Takes(other.Stream));
        Assert.Null(rig.Batches.OpenedAt);
        Assert.Equal(2, rig.ReadOf(other, "b0\n", "b1\n"));
        Assert.NotNull(rig.Batches.OpenedAt);
        rig.Batches.CloseOldest();
        rig.Dispatch();
        Assert.True(rig.Settle());
        Assert.Equal(6, other.Committed);
        Assert.Equal(0, rig.Ring.Committed);

        gate.SetResult(ScriptedClient.Accepted);
        Assert.True(rig.Settle());
        Assert.True(rig.Batches.Takes(rig.Ring.Stream));
        rig.Drain();
        Assert.Equal(12, rig.Ring.Committed);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void With_order_refused_records_go_before_the_batch_that_was_ready()
    {
        using var rig = new FlowRig(
            call => call.Number == 0 ? ScriptedClient.Refusing(0) : ScriptedClient.Accepted,
            maxCalls: 2, limits: new ServiceLimits(3, 1000, 100), keepOrder: true);
        Assert.Equal(3, rig.Read("0\n", "1\n", "2\n"));
        rig.Send();
        Assert.Equal(3, rig.Read("3\n", "4\n", "5\n", "6\n"));
        Assert.True(rig.Settle());
        rig.Drain();
        Assert.Equal(["0\n", "3\n", "4\n"], rig.Client.Calls[1].Records);
        Assert.Equal(["5\n"], rig.Client.Calls[2].Records);
        Assert.Equal(12, rig.Ring.Committed);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void With_order_nothing_of_a_file_is_sent_while_its_dead_letter_cannot_be_written()
    {
        using var rig = new FlowRig(
            call => call.Records.Contains("bad\n") ? ScriptedClient.Invalid : ScriptedClient.Accepted, keepOrder: true);
        rig.Read("0\n", "bad\n");
        rig.DeadLetters.SyncFails = true;
        rig.Send();
        Assert.True(rig.Settle());
        rig.Read("1\n");
        rig.Send();
        Assert.False(rig.Settle(TimeSpan.FromSeconds(4)));
        Assert.Equal(["0\n"], rig.Client.Calls.Where(call => !call.Records.Contains("bad\n")).SelectMany(call => call.Records));
        rig.DeadLetters.SyncFails = false;
        rig.Drain();
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal(["1\n"], rig.Client.Calls[^1].Records);
    }

    /// <summary>With one call at a time each body is in order, and nothing overtakes a record that is refused.</summary>
    private static void InOrderOnceSettled(FlowRig rig)
    {
        foreach (var call in rig.Client.Calls)
        {
            var numbers = call.Records.Select(Trial.Number).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }

        var firsts = rig.Client.Calls.Select(call => Trial.Number(call.Records[0])).ToList();
        Assert.Equal(firsts.Order(), firsts);
    }

    private static List<Batch> Fill(FlowRig rig, int count)
    {
        List<Batch> batches = [];
        for (var index = 0; index < count; index++)
        {
            batches.Add(rig.Batches.Current(rig.Ring.Stream)!);
            Assert.True(Workbench.Append(batches[^1], rig.Ring, "x\n"u8.ToArray()));
            rig.Batches.Close();
        }

        return batches;
    }

    private static string[] LineOf(int length) => [System.Text.Encoding.Latin1.GetString(Workbench.Line(length))];
}
