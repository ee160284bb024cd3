using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class ReplayRequestsTests
{
    private static readonly ReplayRequest FromOffset =
        new() { Flow = "orders", Kind = ReplayKind.FromOffset, Path = "/var/log/orders/a.log", Offset = 4096 };

    private readonly InMemoryStateDirectory _state = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger<ReplayRequests> _log = new();
    private readonly SingleThread _thread;
    private readonly ReplayRequests _service;
    private readonly ReplayRequests _asker;

    public ReplayRequestsTests()
    {
        _thread = new SingleThread(_clock);
        _service = new ReplayRequests(_state, _clock, _log);
        _asker = new ReplayRequests(_state, _clock, _log);
    }

    private InMemoryStateDirectory Box => (InMemoryStateDirectory)_state.Subdirectory("requests");

    [Fact]
    public void A_request_is_taken_once_answered_and_nothing_stays_behind()
    {
        var id = _asker.Submit(FromOffset);
        var waiting = (Task<ReplayAnswer?>)_thread.Start(
            () => _asker.AwaitAnswerAsync(id, TimeSpan.FromSeconds(10), CancellationToken.None));

        var ticket = _service.TryTake();
        Assert.Equal(new ReplayTicket(id, FromOffset), ticket);
        Assert.Null(_service.TryTake());
        Assert.True(_service.Answer(
            ticket!, new ReplayAnswer { IsDone = true, Text = "1 stream", Streams = [new ReplayedStream("/a", 4096, 9000)] }));
        _thread.Advance(TimeSpan.FromSeconds(1));

        var answer = _thread.Run(() => waiting);
        Assert.Equal("1 stream", answer!.Text);
        Assert.Equal([new ReplayedStream("/a", 4096, 9000)], answer.Streams);
        Assert.Empty(Box.List());
    }

    [Fact]
    public void Requests_are_taken_in_the_order_of_asking()
    {
        foreach (var flow in (string[])["b", "a", "c"])
        {
            _asker.Submit(new ReplayRequest { Flow = flow, Kind = ReplayKind.Since, Since = Some.Time });
            _clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(["b", "a", "c"], Enumerable.Range(0, 3).Select(_ => _service.TryTake()!.Request.Flow));
    }

    [Fact]
    public void Without_a_service_the_asker_gives_up_and_withdraws_the_request()
    {
        var id = _asker.Submit(FromOffset);

        Assert.Null(_thread.Run(() => _asker.AwaitAnswerAsync(id, TimeSpan.FromSeconds(3), CancellationToken.None)));
        Assert.Empty(Box.List());
        Assert.Null(_service.TryTake());
    }

    [Fact]
    public void A_request_not_answered_before_a_crash_is_taken_again_and_an_answered_one_is_not()
    {
        var id = _asker.Submit(FromOffset);
        Assert.NotNull(_service.TryTake());
        var request = Box.Files[id + ".json"];

        var ticket = new ReplayRequests(_state, _clock, _log).TryTake();
        Assert.Equal(id, ticket!.Id);
        _service.Answer(ticket, new ReplayAnswer { IsDone = true, Text = "" });
        Box.Put(id + ".json", request);
        Assert.Null(new ReplayRequests(_state, _clock, _log).TryTake());
        Assert.Equal([id + ".done.json"], Box.List());
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef.json", "{\"flow\":")]
    [InlineData("0123456789abcdef0123456789abcdef.json", "{\"flow\":\"orders\",\"kind\":\"Since\"}")]
    [InlineData("0123456789abcdef0123456789abcdef.json", "{\"flow\":\"orders\",\"kind\":\"Sideways\"}")]
    [InlineData("0123456789abcdef0123456789abcdef.json", "{\"flow\":\"orders\",\"kind\":\"FromStart\",\"extra\":1}")]
    [InlineData("0123456789abcdef0123456789abcdef.json", "null")]
    [InlineData("notes.txt", "hello")]
    [InlineData("0123456789ABCDEF0123456789abcdef.json", "{}")]
    public void A_bad_or_foreign_file_is_set_aside_with_one_warning_and_the_next_request_is_taken(string name, string content)
    {
        Box.Put(name, System.Text.Encoding.UTF8.GetBytes(content));
        _asker.Submit(FromOffset);

        Assert.Equal(FromOffset, _service.TryTake()!.Request);
        Assert.Null(_service.TryTake());
        Assert.Contains(name, Assert.Single(_log.Of(2320)), StringComparison.Ordinal);
        Assert.Contains(name + ".ignored", Box.List());
    }

    [Fact]
    public void Who_asked_with_a_bad_file_learns_why()
    {
        const string id = "0123456789abcdef0123456789abcdef";
        Box.Put(id + ".json", "{\"flow\":\"orders\",\"kind\":\"Since\"}"u8.ToArray());
        Assert.Null(_service.TryTake());

        var answer = _thread.Run(() => _asker.AwaitAnswerAsync(id, TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.False(answer!.IsDone);
        Assert.Contains("needs the time", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_nobody_collected_is_deleted_by_a_later_run_after_an_hour()
    {
        var id = _asker.Submit(FromOffset);
        _service.Answer(_service.TryTake()!, new ReplayAnswer { IsDone = true, Text = "" });
        Assert.Null(new ReplayRequests(_state, _clock, _log).TryTake());
        Assert.Equal([id + ".done.json"], Box.List());

        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(new ReplayRequests(_state, _clock, _log).TryTake());
        Assert.Empty(Box.List());
    }

    [Fact]
    public void A_letter_box_that_cannot_be_reached_is_reported_once_and_stops_nobody()
    {
        Box.Fault = (_, _) => throw new UnauthorizedAccessException("Permission denied.");
        Assert.False(_service.Answer(
            new ReplayTicket("0123456789abcdef0123456789abcdef", FromOffset), new ReplayAnswer { IsDone = true, Text = "" }));
        Assert.False(_service.Answer(
            new ReplayTicket("0123456789abcdef0123456789abcdef", FromOffset), new ReplayAnswer { IsDone = true, Text = "" }));
        Assert.Single(_log.Of(2321));
    }

    [Fact]
    public void A_request_that_cannot_be_carried_out_is_refused_when_it_is_made() =>
        Assert.Throws<ArgumentException>(() => _asker.Submit(FromOffset with { Offset = -1 }));
}
