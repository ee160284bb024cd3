using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Failed_records_are_reported_at_their_position_and_not_stored()
    {
        await _server.FaultsAsync("""{"FailedRecordShare":0.5,"Seed":7}""");
        var records = Enumerable.Range(0, 200).Select(index => $"{index}\n").ToArray();
        var answer = (await _server.PutAsync(records)).Json;
        var responses = answer.GetProperty("RequestResponses").EnumerateArray().ToList();
        var stored = records.Where((record, index) => responses[index].TryGetProperty("RecordId", out _)).ToList();
        Assert.InRange(stored.Count, 60, 140);
        Assert.Equal(200 - stored.Count, answer.GetProperty("FailedPutCount").GetInt32());
        Assert.Equal(200 - stored.Count, await _server.CounterAsync("FailedRecords"));
        await _server.FlushAsync();
        Assert.Equal(string.Concat(stored), _server.ReadObject(Assert.Single(_server.Keys())));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_outcomes()
    {
        async Task<List<int>> RunAsync()
        {
            await _server.FaultsAsync("""{"ThrottledCallShare":0.5,"Seed":42}""");
            var statuses = new List<int>();
            for (var call = 0; call < 40; call++)
            {
                statuses.Add((await _server.PutAsync("x")).Status);
            }

            return statuses;
        }

        var first = await RunAsync();
        Assert.Contains(200, first);
        Assert.Contains(503, first);
        Assert.Equal(first, await RunAsync());
    }

    [Theory]
    [InlineData("CallerDenied", "AccessDeniedException", "not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:")]
    [InlineData("GrantRevoked", "InvalidKMSResourceException", "might have been revoked")]
    public async Task A_key_that_cannot_be_used_refuses_puts_and_nothing_else(string fault, string code, string message)
    {
        await _server.FaultsAsync($$"""{"Kms":"{{fault}}"}""");
        var answer = await _server.PutAsync("x");
        Assert.Equal((400, code), (answer.Status, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Equal(1, await _server.CounterAsync("RefusedCalls"));
        Assert.Equal(200, (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("orders"))).Status);
        await _server.FaultsAsync("{}");
        Assert.Equal(200, (await _server.PutAsync("x")).Status);
    }

    [Fact]
    public async Task A_throttled_call_is_answered_slow_down()
    {
        await _server.FaultsAsync("""{"ThrottledCallShare":1}""");
        var answer = await _server.PutAsync("x");
        Assert.Equal((503, "ServiceUnavailableException", "Slow down."), (answer.Status, answer.Error, answer.Message));
        Assert.Equal(1, await _server.CounterAsync("ThrottledCalls"));
    }

    [Fact]
    public async Task A_connection_dropped_before_stores_nothing()
    {
        await _server.FaultsAsync("""{"DropBeforeShare":1}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => _server.PutAsync("x"));
        Assert.Equal(0, await _server.CounterAsync("RecordsAccepted"));
        Assert.Equal(1, await _server.CounterAsync("DroppedBefore"));
    }

    [Fact]
    public async Task A_connection_dropped_after_storing_has_stored()
    {
        await _server.FaultsAsync("""{"DropAfterShare":1}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => _server.PutAsync("x"));
        Assert.Equal(1, await _server.CounterAsync("RecordsAccepted"));
        Assert.Equal(1, await _server.CounterAsync("DroppedAfter"));
    }

    [Fact]
    public async Task An_outage_ends_when_its_seconds_are_over()
    {
        await _server.FaultsAsync("""{"Outage":{"Seconds":30}}""");
        Assert.Equal((503, "ServiceUnavailableException"), await StatusAsync());
        _server.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(503, (await StatusAsync()).Status);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await StatusAsync()).Status);
    }

    [Fact]
    public async Task An_outage_can_abort_connections_until_a_time()
    {
        await _server.FaultsAsync("""{"Outage":{"Until":"2026-03-09T12:10:00Z","Answer":"Abort"}}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => _server.PutAsync("x"));
        Assert.True((await _server.AdminAsync(HttpMethod.Get, "health")).Json.GetProperty("Outage").GetBoolean());
        _server.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await StatusAsync()).Status);
    }

    [Fact]
    public async Task Any_error_can_be_injected()
    {
        await _server.FaultsAsync("""{"ErrorCode":"AccessDeniedException","ErrorStatus":400,"ErrorMessage":"no"}""");
        Assert.Equal((400, "AccessDeniedException"), await StatusAsync());
        await _server.FaultsAsync("""{"InternalFailureShare":1}""");
        Assert.Equal((500, "InternalFailure"), await StatusAsync());
        await _server.FaultsAsync("{}");
        Assert.Equal(200, (await StatusAsync()).Status);
    }

    [Fact]
    public async Task Latency_delays_a_call()
    {
        await _server.FaultsAsync("""{"LatencyMs":500,"LatencyJitterMs":100}""");
        var timersBefore = _server.Clock.PendingTimers;
        var call = _server.PutAsync("x");
        while (_server.Clock.PendingTimers == timersBefore)
        {
            await Task.Yield();
        }

        Assert.False(call.IsCompleted);
        _server.Clock.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal(200, (await call).Status);
    }

    [Fact]
    public async Task A_quota_refuses_the_call_until_time_has_passed()
    {
        await _server.FaultsAsync("""{"QuotaCallsPerSecond":2}""");
        Assert.Equal([200, 200, 503], await StatusesAsync(3));
        _server.Clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal([200, 503], await StatusesAsync(2));
    }

    [Fact]
    public async Task A_quota_can_fail_only_the_excess_records()
    {
        await _server.FaultsAsync("""{"QuotaRecordsPerSecond":3,"QuotaExcess":"FailRecords"}""");
        await _server.PutAsync("a", "b");
        var answer = (await _server.PutAsync("c", "d", "e")).Json;
        Assert.Equal(2, answer.GetProperty("FailedPutCount").GetInt32());
        Assert.True(answer.GetProperty("RequestResponses")[0].TryGetProperty("RecordId", out _));
        await _server.FlushAsync();
        Assert.Equal("abc", _server.ReadObject(Assert.Single(_server.Keys())));
    }

    [Theory]
    [InlineData("""{"DropBeforeShar":1}""", "DropBeforeShar")]
    [InlineData("""{"DropBeforeShare":2}""", "DropBeforeShare")]
    [InlineData("""{"LatencyMs":-1}""", "LatencyMs")]
    [InlineData("""{"Outage":null}""", "Outage")]
    [InlineData("null", "null")]
    [InlineData("{", "")]
    public async Task Invalid_faults_are_refused_and_change_nothing(string body, string named)
    {
        await _server.FaultsAsync("""{"Seed":99}""");
        var answer = await _server.FaultsAsync(body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(named, answer.Body, StringComparison.Ordinal);
        Assert.Equal(99, (await _server.AdminAsync(HttpMethod.Get, "faults")).Json.GetProperty("Seed").GetInt64());
    }

    [Fact]
    public void Draws_hit_their_share_and_repeat()
    {
        var hits = Enumerable.Range(0, 100_000).Count(call => new FaultDraw(1, call).Hits(0.1, FaultKind.Throttled));
        Assert.InRange(hits, 9_500, 10_500);
        Assert.Equal(new FaultDraw(1, 5).Uniform(FaultKind.Jitter, 3), new FaultDraw(1, 5).Uniform(FaultKind.Jitter, 3));
        Assert.NotEqual(new FaultDraw(1, 5).Uniform(FaultKind.Jitter), new FaultDraw(2, 5).Uniform(FaultKind.Jitter));
    }

    private async Task<(int Status, string? Error)> StatusAsync()
    {
        var answer = await _server.CallAsync("ListDeliveryStreams", "{}");
        return (answer.Status, answer.Error);
    }

    private async Task<List<int>> StatusesAsync(int calls)
    {
        var statuses = new List<int>();
        for (var call = 0; call < calls; call++)
        {
            statuses.Add((await _server.PutAsync("x")).Status);
        }

        return statuses;
    }
}
