using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class FlowHealthTests
{
    private static readonly CallAnswer Denied = new() { Status = 400, ErrorCode = "AccessDeniedException", Message = "not authorized" };
    private static readonly CallAnswer Throttled =
        new() { Status = 503, ErrorCode = "ServiceUnavailableException", Message = "Slow down." };

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<FlowHealthTests> _log = new();
    private readonly FlowHealth _health;

    private readonly FlowCounters _counters = new("orders");

    public FlowHealthTests() => _health = new FlowHealth(
        "orders", new Destination(DestinationKind.Firehose, "red-fire"), _counters, _time, _log);

    [Fact]
    public void A_fault_that_blocks_is_said_at_once_with_the_fix_in_words()
    {
        _health.Waiting(Denied, TimeSpan.FromSeconds(5));
        Assert.Contains(
            "lacks firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/red-fire", _health.Reason, StringComparison.Ordinal);
        Assert.Single(_log.Entries);
    }

    [Fact]
    public void Codes_are_counted_by_name_and_one_that_is_not_known_is_said_once()
    {
        for (var call = 0; call < 5; call++)
        {
            _health.Called(new OneRecord(), new CallAnswer { Status = 400, ErrorCode = "SomethingNew", Message = "?" }, CallOutcome.Failed);
            _health.Called(new OneRecord(), Denied, CallOutcome.Blocked);
        }

        for (var code = 0; code < 100; code++)
        {
            _health.Called(
                new OneRecord(), new CallAnswer { Status = 200, Refused = [new RefusedRecord(0, $"Code{code:d3}")] }, CallOutcome.Answered);
        }

        var counts = _counters.Delivery.Errors.Read().ToDictionary();
        Assert.Equal((5, 5, 82), (counts["SomethingNew"], counts["AccessDeniedException"], counts["other"]));
        Assert.Equal(21, counts.Count);
        Assert.Contains("unknown error code SomethingNew", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_record_is_counted_also_where_its_answer_took_none()
    {
        _health.Called(new OneRecord(), new CallAnswer { Status = 200, Refused = [new RefusedRecord(0, "Slow")] }, CallOutcome.Answered);
        _health.Called(new OneRecord(), Throttled, CallOutcome.Throttled);
        _health.Called(new OneRecord(), new CallAnswer { Status = 200 }, CallOutcome.Answered);
        Assert.Equal((3, 1), (_counters.Delivery.RecordsTried, _counters.Delivery.RecordsRefused));
    }

    [Fact]
    public void A_flow_none_of_whose_calls_succeeded_is_not_well()
    {
        Assert.Null(_health.Reason);
        _health.Called(new OneRecord(), TimedCalls.NoAnswer, CallOutcome.Ambiguous);
        Assert.Contains("No call has succeeded since the start", _health.Reason, StringComparison.Ordinal);
        _health.Called(new OneRecord(), new CallAnswer { Status = 200, Refused = [new RefusedRecord(0, "Slow")] }, CallOutcome.Answered);
        Assert.NotNull(_health.Reason);
        _health.Called(new OneRecord(), new CallAnswer { Status = 200 }, CallOutcome.Answered);
        Assert.Null(_health.Reason);
        _health.Called(new OneRecord(), TimedCalls.NoAnswer, CallOutcome.Ambiguous);
        Assert.Null(_health.Reason); // now and then one fails
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void What_heals_within_a_few_attempts_is_not_worth_a_line()
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            _health.Retrying(Throttled, CallOutcome.Throttled, attempt, TimeSpan.FromSeconds(1));
        }

        Assert.Null(_health.Reason);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void A_ten_minute_outage_writes_a_line_a_minute_and_one_at_its_end()
    {
        for (var second = 0; second < 600; second++)
        {
            _health.Retrying(Throttled, CallOutcome.Throttled, 10 + second, TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_log.Entries.Count, 2, 11);
        _health.Called(new OneRecord(), new CallAnswer { Status = 200 }, CallOutcome.Answered);
        Assert.Null(_health.Reason);
        Assert.Contains("takes records again after 600 s", _log.Entries[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_try_counts_down_and_is_gone_once_it_is_made()
    {
        Assert.Null(_health.NextTry);
        _health.Waiting(Denied, TimeSpan.FromSeconds(12));
        _health.Waiting(Denied, TimeSpan.FromSeconds(40)); // another batch: the first one is the next
        Assert.Equal(TimeSpan.FromSeconds(12), _health.NextTry);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(3), _health.NextTry);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.Zero, _health.NextTry);
        _health.Called(new OneRecord(), Denied, CallOutcome.Blocked);
        Assert.Null(_health.NextTry);
        Assert.DoesNotContain(_log.Entries, entry => entry.Text.Contains("trying again in", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_makes_a_flow_degraded_although_calls_succeed()
    {
        _counters.Unreadable(3, "/var/log/a.log (Permission denied)");
        Assert.StartsWith("3 paths cannot be read: /var/log/a.log (Permission denied).", _health.Reason, StringComparison.Ordinal);
        Assert.Equal(3, _counters.FilesUnreadable);
        _counters.Unreadable(0, null);
        Assert.Null(_health.Reason);
    }

    [Fact]
    public void Dead_letters_that_wait_make_a_flow_degraded_until_they_are_resent()
    {
        _counters.WaitForResend(2);
        Assert.StartsWith("2 dead letters wait", _health.Reason, StringComparison.Ordinal);
        _counters.WaitForResend(1);
        Assert.StartsWith("1 dead letter waits", _health.Reason, StringComparison.Ordinal);
        _counters.WaitForResend(0);
        Assert.Null(_health.Reason);
    }

    private sealed class OneRecord : IRequestBody
    {
        public int Records => 1;

        public long Length => 0;

        public int Pieces => 0;

        public ReadOnlyMemory<byte> Piece(int index) => default;
    }
}
