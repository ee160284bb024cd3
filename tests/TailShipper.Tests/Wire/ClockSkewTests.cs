using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class ClockSkewTests
{
    private const string Format = "yyyyMMdd'T'HHmmss'Z'";
    private readonly FakeTimeProvider _host = new();
    private readonly RecordingLogger<ClockSkewTests> _log = new();
    private TimeSpan _ahead;
    private bool _inWords = true;

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(3600, true)]
    [InlineData(-90000, false)]
    [InlineData(400, false)]
    public async Task A_refusal_teaches_the_services_time_and_the_same_call_goes_through(int serviceAhead, bool inWords)
    {
        (_ahead, _inWords) = (TimeSpan.FromSeconds(serviceAhead), inWords);
        var seen = new List<ScriptedRequest>();
        await using var wire = new Wire(Service(seen), time: _host, logger: _log);

        Assert.Equal(200, (await Put(wire)).Status);
        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0].Body, seen[1].Body);
        Assert.All(seen, request => Assert.EndsWith(
            SdkSignature.Of(request, "eu-west-1", "firehose", StubCredentials.AccessKey, StubCredentials.SecretKey),
                request.Headers["Authorization"], StringComparison.Ordinal));
        var warning = Assert.Single(_log.Of(2400));
        Assert.Contains(
            $"{Math.Abs(serviceAhead)} s {(serviceAhead > 0 ? "behind" : "ahead of")} the service's", warning, StringComparison.Ordinal);

        Assert.Equal(200, (await Put(wire)).Status);
        Assert.Equal(3, seen.Count);
        Assert.Single(_log.Entries);
    }

    [Fact]
    public async Task A_clock_that_is_set_right_later_is_followed_without_a_restart()
    {
        _ahead = TimeSpan.FromHours(-2);
        await using var wire = new Wire(Service([]), time: _host, logger: _log);
        await Put(wire);
        Assert.Equal(_ahead, wire.Factory.Clock.Offset);

        _ahead = TimeSpan.Zero;
        Assert.Equal(200, (await Put(wire)).Status);
        Assert.Equal(TimeSpan.Zero, wire.Factory.Clock.Offset);
        Assert.Single(_log.Of(2401));
    }

    [Fact]
    public async Task Calls_under_way_together_learn_it_once()
    {
        _ahead = TimeSpan.FromMinutes(30);
        await using var wire = new Wire(Service([]), time: _host, logger: _log);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Put(wire)));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(_log.Of(2400));
    }

    [Fact]
    public async Task A_signature_refused_for_another_reason_is_refused()
    {
        var credentials = StubCredentials.LongTerm;
        var calls = 0;
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) =>
            {
                calls++;
                return connection.AnswerAsync(
                    "400 Bad Request",
                    """{"__type":"InvalidSignatureException","message":"The request signature we calculated does not match"}""",
                    Date(_host.GetUtcNow()));
            }),
            credentials, _host, logger: _log);
        Assert.Equal("InvalidSignatureException", (await Put(wire)).ErrorCode);
        Assert.Equal(1, calls);
        Assert.Single(credentials.RefusedOnes);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_service_whose_own_times_disagree_is_asked_twice_and_no_more()
    {
        var calls = 0;
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync(
                "403 Forbidden", """{"__type":"RequestTimeTooSkewed"}""", Date(_host.GetUtcNow() + TimeSpan.FromHours(++calls)))),
            time: _host, logger: _log);
        Assert.Equal("RequestTimeTooSkewed", (await Put(wire)).ErrorCode);
        Assert.Equal(2, calls);
    }

    private static Task<CallAnswer> Put(Wire wire) => wire.Client.PutAsync(StubBody.Of(3), TestContext.Current.CancellationToken);

    private static string Date(DateTimeOffset time) => "Date: " + time.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A service that takes signatures up to five minutes off its own clock.</summary>
    private ScriptedServer Service(List<ScriptedRequest> seen) => ScriptedServer.Answering((connection, request) =>
    {
        lock (seen)
        {
            seen.Add(request);
        }

        var now = _host.GetUtcNow() + _ahead;
        var signed = DateTimeOffset.ParseExact(
            request.Headers["X-Amz-Date"], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((now - signed).Duration() <= TimeSpan.FromMinutes(5))
        {
            return connection.AnswerAsync("200 OK", Wire.Accepted(3), Date(now));
        }

        var (at, clock) = (signed.ToString(Format, CultureInfo.InvariantCulture), now.ToString(Format, CultureInfo.InvariantCulture));
        var words = signed < now
            ? $"Signature expired: {at} is now earlier than … ({clock} - 5 min.)"
            : $"Signature not yet current: … is still later than … ({clock} + 5 min.)";
        return connection.AnswerAsync(
            "400 Bad Request", $$"""{"__type":"InvalidSignatureException","message":"{{(_inWords ? words : "Signature expired")}}"}""",
            Date(_inWords ? _host.GetUtcNow() : now)); // a proxy with the host's own idea of the time wrote the header
    });
}
