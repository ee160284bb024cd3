using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class SettlementTests
{
    private const string Odd = "bad \0\u00ff\r\n";

    [Fact]
    public void What_was_accepted_is_committed_and_counted()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        rig.Read("one\n", "two\n", new string('x', 6000) + "\n");
        rig.Send();
        Assert.Equal(0, rig.Ring.Committed);
        Assert.True(rig.Settle());
        Assert.Equal(6009, rig.Ring.Committed);
        Assert.Equal(6009, rig.Counters.BytesAcknowledged);
        Assert.Equal(3, rig.Counters.RecordsAcknowledged);
        Assert.Equal(5120 * 4, rig.Counters.BytesBilled);
        Assert.Equal(0, rig.Batches.InFlight);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void A_bad_record_goes_to_the_dead_letters_byte_for_byte_and_then_settles()
    {
        using var rig = new FlowRig(RefuseOdd);
        rig.Read("a\n", Odd, "b\n");
        rig.Send();
        Assert.True(rig.Settle());
        var (letter, bytes) = Assert.Single(rig.DeadLetters.Kept);
        Assert.Equal(Odd, bytes);
        Assert.Equal((1, 2, 2 + Odd.Length), (letter.Stream.Number, letter.Span.Start, letter.Span.End));
        Assert.Equal("InvalidArgumentException: the data is no good", letter.Reason);
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal((4, Odd.Length, 0), (rig.Counters.BytesAcknowledged, rig.Counters.BytesDeadLettered, rig.Batches.BytesHeld));
        Assert.True(rig.Batches.IsEmpty);
    }

    [Fact]
    public void The_span_of_a_bad_last_line_does_not_hold_the_newline_that_was_added()
    {
        using var rig = new FlowRig(RefuseOdd);
        rig.Read("a\n");
        Assert.True(rig.Batches.Current(rig.Ring.Stream)!.TryAppend(rig.Ring, 2, "bad"u8, 1, addNewline: true));
        rig.Send();
        Assert.True(rig.Settle());
        var (letter, bytes) = Assert.Single(rig.DeadLetters.Kept);
        Assert.Equal("bad\n", bytes);
        Assert.Equal((2, 5), (letter.Span.Start, letter.Span.End));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_dead_letter_that_cannot_be_written_keeps_its_record_in_flight_until_it_can(bool appendFails, bool syncFails)
    {
        using var rig = new FlowRig(RefuseOdd);
        (rig.DeadLetters.AppendFails, rig.DeadLetters.SyncFails) = (appendFails, syncFails);
        rig.Read("a\n", Odd, "b\n");
        rig.Send();
        Assert.True(rig.Settle());
        Assert.Equal(2, rig.Ring.Committed);
        Assert.False(rig.Batches.IsEmpty);
        Assert.Equal(Odd.Length, rig.Batches.BytesHeld);
        Assert.Equal(1, rig.DeadLetters.Failures);

        (rig.DeadLetters.AppendFails, rig.DeadLetters.SyncFails) = (false, false);
        rig.Drain();
        Assert.All(rig.DeadLetters.Kept, kept => Assert.Equal(Odd, kept.Bytes));
        Assert.NotEmpty(rig.DeadLetters.Kept);
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal(0, rig.Batches.BytesHeld);
        Assert.Equal(0, rig.Pool.RentedBytes);
    }

    [Fact]
    public void A_dead_letter_directory_that_stays_full_costs_few_calls_and_holds_up_nothing_else()
    {
        using var rig = new FlowRig(RefuseOdd);
        rig.DeadLetters.AppendFails = true;
        rig.Read("a\n", Odd, "b\n");
        var end = rig.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var turns = 0;
        for (; turns < 2000 && rig.Clock.GetUtcNow() < end; turns++)
        {
            // As the loop does: settle, send what is old enough, sleep a quarter of a second.
            rig.Send();
            rig.Read($"{turns}\n");
            while (rig.Settle(TimeSpan.Zero))
            {
                // all that is under way
            }

            Assert.Equal(0, rig.Batches.InFlight);
            rig.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.InRange(rig.DeadLetters.Failures, 2, 13);
        Assert.InRange(rig.Client.Calls.Count(call => call.Records.Contains(Odd)), 1, 60);
        Assert.True(rig.Counters.RecordsAcknowledged > 200);
        Assert.Equal(2, rig.Ring.Committed);

        rig.DeadLetters.AppendFails = false;
        for (var turn = 0; turn < 100 && !rig.Batches.IsEmpty; turn++)
        {
            rig.Send();
            rig.Settle(TimeSpan.FromMilliseconds(250));
            rig.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(Odd, Assert.Single(rig.DeadLetters.Kept).Bytes);
        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
    }

    [Fact]
    public void A_delivery_called_off_settles_what_passed_and_commits_no_further()
    {
        using var callOff = new CancellationTokenSource();
        using var rig = new FlowRig(call =>
        {
            if (call.Records.Contains("5\n"))
            {
                if (call.Records.Count == 2)
                {
                    callOff.Cancel();
                }

                return ScriptedClient.Invalid;
            }

            return ScriptedClient.Accepted;
        });
        rig.Read(Enumerable.Range(0, 8).Select(line => $"{line}\n"));
        rig.Send(callOff.Token);
        Assert.True(rig.Settle());
        Assert.Equal(8, rig.Ring.Committed);
        Assert.Equal(rig.Ring.PendingBytes, rig.Batches.BytesHeld);
        Assert.Equal(0, rig.Batches.InFlight);
        Assert.Equal(0, rig.Pool.RentedBytes);
        Assert.Empty(rig.DeadLetters.Kept);
    }

    [Fact]
    public void Records_of_several_streams_settle_each_in_its_own_ring()
    {
        using var rig = new FlowRig(
            call => call.Number == 0 ? ScriptedClient.Refusing(0) : ScriptedClient.Accepted, packing: new Packing(100, 10));
        var other = Batching.Workbench.NewRing(2);
        var batch = rig.Batches.Current(rig.Ring.Stream)!;
        batch.TryAppend(rig.Ring, 0, "a\n"u8, 1);
        batch.TryAppend(other, 0, "bb\n"u8, 1);
        batch.TryAppend(rig.Ring, 2, "c\n"u8, 1);
        rig.Send();
        Assert.True(rig.Settle());
        Assert.Equal((0, 3), (rig.Ring.Committed, other.Committed));
        rig.Drain();
        Assert.Equal((4, 3), (rig.Ring.Committed, other.Committed));
    }

    private static CallAnswer RefuseOdd(ScriptedCall call) =>
        call.Records.Any(record => record.StartsWith("bad", StringComparison.Ordinal)) ? ScriptedClient.Invalid : ScriptedClient.Accepted;
}
