using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

public sealed class ErrorCountsTests
{
    private readonly ErrorCounts _errors = new();

    [Fact]
    public void Refused_records_and_failed_calls_are_counted_by_code()
    {
        _errors.Count(new CallAnswer
        {
            Status = 200,
            Refused = [new(0, "InternalFailure"), new(3, "InternalFailure"), new(4, "ServiceUnavailableException")],
        });
        _errors.Count(new CallAnswer { Status = 503, ErrorCode = "ServiceUnavailableException" });
        _errors.Count(new CallAnswer { Status = 0, Failure = TransportFailure.NotConnected });
        Assert.Equal([new("InternalFailure", 2), new("NotConnected", 1), new("ServiceUnavailableException", 2)], _errors.Read());
    }

    [Fact]
    public void An_answer_that_took_all_is_no_error()
    {
        _errors.Count(new CallAnswer { Status = 200 });
        Assert.Empty(_errors.Read());
    }

    [Theory]
    [InlineData("a code with spaces")]
    [InlineData("")]
    [InlineData("x\n# TYPE y gauge")]
    public void What_is_no_plain_word_is_counted_without_its_name(string code)
    {
        _errors.Count(new CallAnswer { Status = 400, ErrorCode = code });
        Assert.Equal([new("other", 1)], _errors.Read());
    }

    [Fact]
    public void A_code_seen_early_keeps_its_name_when_the_room_is_spent()
    {
        for (var code = 0; code < 100; code++)
        {
            _errors.Count(new CallAnswer { Status = 400, ErrorCode = $"Code{code}" });
        }

        _errors.Count(new CallAnswer { Status = 400, ErrorCode = "Code3" });
        var counts = _errors.Read().ToDictionary();
        Assert.Equal((ErrorCounts.Named + 1, 2, 80), (counts.Count, counts["Code3"], counts["other"]));
    }
}
