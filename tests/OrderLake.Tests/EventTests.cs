using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary><c>transform events</c>: which event of an order is the newest, whatever the order of arrival.</summary>
public sealed class EventTests : IDisposable
{
    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task The_newest_event_by_event_time_wins_and_a_late_older_one_never_does()
    {
        _lake.Put("1", Event(1, "i", "10.00", "2026-01-01T10:00:00Z") + Event(1, "u", "12.50", "2026-01-01T12:00:00Z"));
        await _lake.TransformEventsAsync();
        _lake.Put("2", Event(1, "u", "11.00", "2026-01-01T11:00:00Z") + Event(2, "i", "7.00", "2026-01-01T09:00:00.123456Z"));
        await _lake.TransformEventsAsync();

        Assert.Equal(["1|update|12.50", "2|insert|7.00"], State());
        Assert.Equal(["4"], _lake.Ask("select count(*) from {order_events}"));
    }

    [Fact]
    public async Task A_replay_changes_nothing_in_the_state()
    {
        var events = Event(1, "i", "10.00", "2026-01-01T10:00:00Z") + Event(1, "u", "12.50", "2026-01-01T12:00:00Z");
        _lake.Put("1", events);
        await _lake.TransformEventsAsync();
        var before = _lake.Ask("select * from {order_state}");
        _lake.Put("0-replayed", events);
        _lake.Put("2-replayed", TemporaryLake.Gzip(events));
        await _lake.TransformEventsAsync();

        Assert.Equal(before, _lake.Ask("select * from {order_state}"));
    }

    [Fact]
    public async Task Events_of_the_same_time_are_decided_by_what_they_say_not_by_arrival()
    {
        const string at = "2026-01-01T10:00:00Z";
        string[] events = [Event(1, "i", "10.00", at), Event(1, "u", "11.00", at), Event(1, "u", "12.00", at), Event(2, "u", "1.00", at),
            Event(2, "d", null, at), Event(2, "i", "3.00", at)];
        var answers = new List<string>();
        foreach (var order in new[] { events, [.. events.Reverse()], [events[2], events[4], events[0], events[3], events[5], events[1]] })
        {
            using var lake = new TemporaryLake();
            for (var number = 0; number < order.Length; number++)
            {
                lake.Put($"{number}", order[number]);
                await lake.TransformEventsAsync();
            }

            answers.Add(string.Join(' ', lake.Ask("select order_id, operation, amount from {order_state} order by order_id")));
        }

        Assert.Equal(["1|update|12.00 2|delete|NULL"], answers.Distinct());
    }

    [Fact]
    public async Task Amounts_with_a_comma_and_other_names_of_operations_are_taken()
    {
        _lake.Put("1", Event(1, "INSERT", "\"10,50\"", "2026-01-01 10:00:00") + Event(2, " Modify ", "\"3\"", "2026-01-01T10:00:00Z")
            + Event(3, "remove", null, "2026-01-01T10:00:00Z"));
        await _lake.TransformEventsAsync();

        Assert.Equal(["1|insert|10.50", "2|update|3.00", "3|delete|NULL"], State());
        Assert.Equal(
            ["amount|DECIMAL(12,2)", "event_timestamp|TIMESTAMP"],
            _lake.Ask("""
                select column_name, column_type from (describe select * from {order_state})
                where column_name in ('amount', 'event_timestamp')
                """));
        Assert.Equal(["1|1|1", "1|2|1", "1|3|1"], _lake.Ask("select object, line, run from {order_events} order by line"));
    }

    [Theory]
    [InlineData("x", "10.00", "2026-01-01T10:00:00Z", "operation_unknown")]
    [InlineData("i", "10.005", "2026-01-01T10:00:00Z", "amount_not_decimal")]
    [InlineData("i", "\"1.234,50\"", "2026-01-01T10:00:00Z", "amount_not_decimal")]
    [InlineData("i", null, "2026-01-01T10:00:00Z", "no_amount")]
    [InlineData("i", "10.00", "01/02/2026", "event_timestamp_format")]
    [InlineData("i", "10.00", "2026-02-30T10:00:00Z", "event_timestamp_format")]
    public async Task What_is_no_event_is_rejected_with_its_place(string operation, string? amount, string time, string reason)
    {
        _lake.Put("1", Event(1, "i", "1.00", "2026-01-01T10:00:00Z") + Event(2, operation, amount, time));
        var report = await _lake.TransformEventsAsync();

        Assert.Equal((1, 1), (report.Kept, report.Rejected));
        Assert.Equal([$"{reason}|1|2"], _lake.Ask("select reason, object, line from {event_rejects}"));
    }

    [Fact]
    public async Task An_initial_load_refuses_a_lake_that_has_events()
    {
        _lake.Put("1", Event(1, "i", "1.00", "2026-01-01T10:00:00Z"));
        await _lake.TransformEventsAsync(initial: true);
        _lake.Put("2", Event(2, "i", "1.00", "2026-01-01T10:00:00Z"));

        var refused = await Assert.ThrowsAsync<LakeException>(() => _lake.TransformEventsAsync(initial: true));
        Assert.Equal(78, refused.ExitCode);
        Assert.Equal(["1|insert|1.00"], State());
    }

    private List<string> State() => _lake.Ask("select order_id, operation, amount from {order_state} order by order_id");

    private static string Event(long order, string operation, string? amount, string time) =>
        $"{{\"order_id\":{order},\"user_id\":7,\"product_id\":9,\"database_operation\":\"{operation}\",\"amount\":{amount ?? "null"},"
        + $"\"payment_method\":\"pix\",\"event_timestamp\":\"{time}\"}}\n";
}
