using System.Text;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Flows.Observation;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Endpoint;

/// <summary>Who may see records, and in which form.</summary>
public sealed class TapRouteTests : IDisposable
{
    private readonly RecordTaps _orders = new("orders");
    private readonly TapRoute _route;

    public TapRouteTests() => _route = new TapRoute(() => [_orders, new RecordTaps("audit")], TimeProvider.System);

    public void Dispose() => _orders.Dispose();

    [Fact]
    public void Over_tcp_no_record_is_shown()
    {
        var answer = _route.Answer(Request("orders", isPrivate: false));
        Assert.Equal(403, answer.Status);
        Assert.Null(answer.WriteContent);
    }

    [Theory]
    [InlineData("none", "there is no flow \"none\"; the flows are orders, audit\n")]
    [InlineData(null, "there is no flow \"\"; the flows are orders, audit\n")]
    public void A_flow_that_does_not_exist_is_said_with_those_that_do(string? flow, string text)
    {
        var answer = _route.Answer(Request(flow));
        Assert.Equal((404, text), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Records_are_json_a_line_and_what_is_missed_is_said()
    {
        using var content = new MemoryStream();
        using var stop = new CancellationTokenSource();
        var showing = _route.Answer(Request("orders")).WriteContent!(content, stop.Token);
        Assert.True(_orders.IsWatched);
        _orders.Dispose(); // nothing waits: it ends at once
        await showing;

        var tap = new RecordTap();
        tap.Add(new TappedRecord("/a", 0, 5, 1, "1234\n"u8.ToArray()));
        tap.Miss(1);
        tap.Miss(2);
        tap.Add(new TappedRecord("/a \"b\"", 5, 9, 2, [(byte)'x', (byte)'\n', 0xFF, (byte)'\n']));
        tap.Miss(4);
        tap.End();
        using var shown = new MemoryStream();
        await _route.WriteAsync(tap, shown, stop.Token);
        Assert.Equal(
            "{\"file\":\"/a\",\"start\":0,\"end\":5,\"lines\":1,\"record\":\"1234\\n\"}\n{\"missed_lines\":3}\n"
            + "{\"file\":\"/a \\\"b\\\"\",\"start\":5,\"end\":9,\"lines\":2,\"record\":\"x\\n\uFFFD\\n\"}\n{\"missed_lines\":4}\n",
            Encoding.UTF8.GetString(shown.ToArray()));
    }

    [Fact]
    public async Task Four_may_watch_and_a_place_is_free_again_when_one_ends()
    {
        using var stop = new CancellationTokenSource();
        var showing = Enumerable.Range(0, TapRoute.MostOpen)
            .Select(_ => _route.Answer(Request("orders")).WriteContent!(Stream.Null, stop.Token)).ToList();
        Assert.Equal(503, _route.Answer(Request("orders")).Status);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(showing));
        Assert.False(_orders.IsWatched);
        Assert.Equal(200, _route.Answer(Request("orders")).Status);
    }

    private static EndpointRequest Request(string? flow, bool isPrivate = true) => new(
        "GET", "/tap", flow is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["flow"] = flow }, isPrivate,
        null);
}
