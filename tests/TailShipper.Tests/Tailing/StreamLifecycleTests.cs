using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class StreamLifecycleTests
{
    // For each phase those that may follow it.
    private static readonly Dictionary<string, string> Next = new()
    {
        ["Active"] = "Active Rotated Lost Superseded",
        ["Rotated"] = "Active Rotated Drained Lost Superseded",
        ["Drained"] = "Acknowledged Superseded",
        ["Acknowledged"] = "Superseded",
        ["Lost"] = "",
        ["Superseded"] = "",
    };

    [Fact]
    public void A_stream_takes_the_steps_of_its_life_and_no_others()
    {
        foreach (var from in Enum.GetValues<StreamPhase>())
        {
            foreach (var to in Enum.GetValues<StreamPhase>())
            {
                var life = new StreamLifecycle(from);
                if (Next[from.ToString()].Split(' ').Contains(to.ToString()))
                {
                    life.MoveTo(to, new StreamId(7));
                    Assert.Equal(to, life.Phase);
                }
                else
                {
                    var refused = Assert.Throws<InvalidOperationException>(() => life.MoveTo(to, new StreamId(7)));
                    Assert.Equal($"stream 7 cannot become {to}: it is {from}", refused.Message);
                    Assert.Equal(from, life.Phase);
                }
            }
        }
    }

    [Fact]
    public void A_stream_that_was_not_superseded_can_be_resumed()
    {
        foreach (var from in Enum.GetValues<StreamPhase>().Except([StreamPhase.Superseded]))
        {
            var (life, rotated) = (new StreamLifecycle(from), new StreamLifecycle(from));
            life.Resume(isRotated: false, new StreamId(7));
            rotated.Resume(isRotated: true, new StreamId(7));
            Assert.Equal((StreamPhase.Active, StreamPhase.Rotated), (life.Phase, rotated.Phase));
        }

        var superseded = new StreamLifecycle(StreamPhase.Superseded);
        Assert.Throws<InvalidOperationException>(() => superseded.Resume(isRotated: false, new StreamId(7)));
    }

    [Theory]
    [InlineData(StreamState.Active, StreamState.Active)]
    [InlineData(StreamState.Rotated, StreamState.Rotated)]
    internal void A_lost_stream_is_recorded_as_what_it_was(StreamState before, StreamState recorded)
    {
        var life = StreamLifecycle.Of(before);
        life.MoveTo(StreamPhase.Lost, new StreamId(7));
        Assert.Equal(recorded, life.Recorded);
    }

    [Fact]
    public void A_condition_lasts_since_it_began_until_it_ends()
    {
        var conditions = new StreamConditions();
        Assert.Null(conditions.Since(ConditionKind.Missing));
        Assert.Equal(5, conditions.StartOrKeep(ConditionKind.Missing, now: 5));
        Assert.Equal(6, conditions.StartOrKeep(ConditionKind.Unreadable, now: 6));
        Assert.Equal(5, conditions.StartOrKeep(ConditionKind.Missing, now: 9));
        conditions.End(ConditionKind.Missing);
        Assert.Equal((null, 6), (conditions.Since(ConditionKind.Missing), conditions.Since(ConditionKind.Unreadable)));
        Assert.Equal(10, conditions.StartOrKeep(ConditionKind.Missing, now: 10));
    }
}
