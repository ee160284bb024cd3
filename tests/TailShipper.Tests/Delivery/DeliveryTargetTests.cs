using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class DeliveryTargetTests
{
    private static readonly CallAnswer Denied = ScriptedClient.Error(400, "AccessDeniedException");

    private readonly ManualTimeProvider _clock = new();
    private readonly SingleThread _thread;
    private readonly DeliveryTarget _target;

    public DeliveryTargetTests()
    {
        _thread = new SingleThread(_clock);
        _target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), () => 0.5, _clock);
    }

    [Fact]
    public void While_something_must_be_mended_many_deliveries_make_one_probe_at_a_time_and_all_go_on_at_once_when_it_is()
    {
        var (mended, underWay, most) = (false, 0, 0);
        var calls = new List<DateTimeOffset>();
        var client = new ScriptedClient(async (_, cancellation) =>
        {
            calls.Add(_clock.GetUtcNow());
            underWay++;
            most = calls.Count > 16 ? Math.Max(most, underWay) : most;
            await Task.Delay(TimeSpan.FromMilliseconds(200), _clock, cancellation);
            underWay--;
            return mended ? ScriptedClient.Accepted : Denied;
        });
        var logs = Enumerable.Range(0, 4).Select(_ => new CallLog()).ToList();
        var deliveries = logs.ConvertAll(
            log => new BatchDelivery(client, _target, new AdaptiveConcurrency(4, 4), log, TimeSpan.FromSeconds(30), () => 0.5, _clock));
        var all = _thread.Start(() => Task.WhenAll(deliveries.SelectMany((delivery, flow) =>
            Enumerable.Range(0, 4).Select(batch => delivery.DeliverAsync(Trial.Numbers(3, (flow * 100) + (batch * 10)), default)))));
        Assert.Equal(16, underWay);
        _thread.Advance(TimeSpan.FromMinutes(10));

        // The first of each; then, with half the jitter, a probe after 7.5, 15, 30 and every 45 s, each 0.2 s long.
        Assert.Equal(16 + 3 + 12, calls.Count);
        Assert.Equal(1, most);
        Assert.Equal((CircuitState.Open, 0), (_target.Circuit.State, underWay));
        Assert.All(deliveries, delivery => Assert.Equal(4, delivery.Blocked));
        Assert.All(logs, log => Assert.NotEmpty(log.Waits));

        mended = true;
        var before = calls.Count;
        _thread.Advance(TimeSpan.FromSeconds(60));
        Assert.True(all.IsCompletedSuccessfully);
        var probe = calls[before];
        Assert.Equal([probe, .. Enumerable.Repeat(probe + TimeSpan.FromMilliseconds(200), 15)], calls.Skip(before));
        Assert.Equal(CircuitState.Closed, _target.Circuit.State);
        Assert.All(deliveries, delivery => Assert.Equal(0, delivery.Blocked));
    }

    [Fact]
    public void A_probe_that_is_called_off_leaves_its_turn_to_another()
    {
        _target.Ended(10, 1, false, Denied, CallOutcome.Blocked);
        Assert.False(_target.Circuit.TryEnter(out var wait));
        _clock.Advance(wait.UntilProbe!.Value);
        Assert.True(_target.Circuit.TryEnter(out wait));
        Assert.True(wait.Probe);
        Assert.False(_target.Circuit.TryEnter(out wait));
        Assert.Null(wait.UntilProbe);
        _target.Canceled(probe: true);
        Assert.True(_target.Circuit.TryEnter(out wait));
        Assert.True(wait.Probe);
    }

    [Fact]
    public void A_throttle_is_no_reason_to_keep_the_circuit_open_and_a_lost_answer_is()
    {
        _target.Ended(10, 1, false, Denied, CallOutcome.Blocked);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_target.Circuit.TryEnter(out _));
        _target.Ended(10, 1, true, ScriptedClient.Error(500), CallOutcome.Ambiguous);
        Assert.Equal(CircuitState.Open, _target.Circuit.State);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_target.Circuit.TryEnter(out _));
        _target.Ended(10, 1, true, ScriptedClient.Error(503), CallOutcome.Throttled);
        Assert.Equal(CircuitState.Closed, _target.Circuit.State);
    }

    [Fact]
    public void Once_throttled_calls_are_spaced_out_in_the_order_of_asking_and_bodies_get_small()
    {
        for (var call = 0; call < 20; call++)
        {
            _target.Ended(100_000, 500, false, ScriptedClient.Accepted, CallOutcome.Answered);
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        // One call of twenty may be chance, two are not.
        Assert.False(_target.Ended(100_000, 500, false, ScriptedClient.Refusing(Enumerable.Range(0, 500)), CallOutcome.Answered));
        Assert.Null(_target.Rate);
        Assert.True(_target.Ended(100_000, 500, false, ScriptedClient.Refusing(Enumerable.Range(0, 500)), CallOutcome.Answered));
        var rate = _target.Rate!.Value;
        Assert.InRange(rate, 850_000, 1_050_000); // half of what it took in the first second, and somewhat less
        Assert.Equal((long)(rate * 0.05), _target.Cap.Bytes);

        var went = new List<(int Call, double At)>();
        var begun = _clock.GetUtcNow();
        var calls = _thread.Start(() => Task.WhenAll(Enumerable.Range(0, 5).Select(async call =>
        {
            await _target.PaceAsync(200_000, 500, default);
            went.Add((call, (_clock.GetUtcNow() - begun).TotalSeconds));
        })));
        _thread.Advance(TimeSpan.FromSeconds(5));
        Assert.True(calls.IsCompletedSuccessfully);
        Assert.Equal([0, 1, 2, 3, 4], went.Select(each => each.Call));
        Assert.InRange(went[^1].At, 3.5 * 200_000 / rate, 4.5 * 200_000 / rate);
    }

    [Fact]
    public void An_outage_that_answers_with_throttles_does_not_lower_the_pace_without_end()
    {
        _target.Restore(1_000_000, null);
        for (var call = 0; call < 200; call++)
        {
            _clock.Advance(TimeSpan.FromSeconds(3));
            _target.Ended(100_000, 500, false, ScriptedClient.Error(503), CallOutcome.Throttled);
        }

        Assert.InRange(_target.Rate!.Value, 1_000_000, 1_000_001);
    }

    [Fact]
    public void What_is_too_large_lowers_the_cap_by_quarters_to_one_record_and_batches_keep_to_it()
    {
        for (var body = 0; body < 4; body++)
        {
            _target.Ended(4 << 20, 5, false, ScriptedClient.Accepted, CallOutcome.Answered); // the first bodies are small
        }

        var batch = Workbench.NewBatch(cap: _target.Cap);
        _target.Ended(4 << 20, 5, false, ScriptedClient.Error(413), CallOutcome.TooLarge);
        Assert.Equal(3 << 20, _target.Cap.Learned);
        Assert.Equal(3 << 20, batch.RemainingBytes);
        var ring = Workbench.NewRing();
        for (var line = 0; line < 3; line++)
        {
            Assert.True(Workbench.Append(batch, ring, Workbench.Line(1_024_000, line)));
        }

        Assert.False(Workbench.Append(batch, ring, Workbench.Line((3 << 20) - 3_072_000 + 1)));
        Assert.True(Workbench.Append(batch, ring, Workbench.Line((3 << 20) - 3_072_000)));
        for (var call = 0; call < 20; call++)
        {
            _target.Ended(_target.Cap.Bytes, 5, false, ScriptedClient.Error(413), CallOutcome.TooLarge);
        }

        Assert.Equal(ServiceLimits.Firehose.MaxRecordBytes, _target.Cap.Learned);
        var one = Workbench.NewBatch(cap: _target.Cap);
        Assert.True(Workbench.Append(one, ring, Workbench.Line(1_024_000)));
        Assert.False(Workbench.Append(one, ring, Workbench.Line(1)));
    }
}
