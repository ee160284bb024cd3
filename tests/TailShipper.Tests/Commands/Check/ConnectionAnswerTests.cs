using System.Text;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Check;

/// <summary>What <c>check --connect</c> takes an answer for.</summary>
public sealed class ConnectionAnswerTests
{
    private static readonly Destination Orders = new(DestinationKind.Firehose, "orders");

    [Theory]
    [InlineData("""{"DeliveryStreamDescription":{"DeliveryStreamStatus":"ACTIVE"}}""", StepResult.Ok, "is there")]
    [InlineData("""{"StreamDescriptionSummary":{"StreamStatus":"UPDATING"}}""", StepResult.Ok, "is there")]
    [InlineData("""{"DeliveryStreamDescription":{"DeliveryStreamStatus":"CREATING"}}""", StepResult.Failed, "is CREATING")]
    [InlineData("<html>", StepResult.Unknown, "does not say")]
    public void A_stream_is_there_when_it_is_active(string content, object result, string words)
    {
        var (found, text) = Status(new CallAnswer { Status = 200, Content = Encoding.UTF8.GetBytes(content) });
        Assert.Equal((StepResult)result, found);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_ship_but_not_ask_is_not_refused()
    {
        var (result, text) = Status(new CallAnswer { Status = 400, ErrorCode = "AccessDeniedException", Message = "no" });
        Assert.Equal(StepResult.Unknown, result);
        Assert.Contains("firehose:DescribeDeliveryStream is not allowed, and shipping does not need it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_is_missing_is_a_failure_with_the_fix()
    {
        var (result, text) = Status(new CallAnswer { Status = 400, ErrorCode = "ResourceNotFoundException", Message = "not found" });
        Assert.Equal(StepResult.Failed, result);
        Assert.Contains("Create the delivery stream orders in this region and account", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ValidationException", "Value '[]' at 'records' failed to satisfy constraint", StepResult.Ok)]
    [InlineData("ServiceUnavailableException", "Slow down.", StepResult.Warning)]
    [InlineData("AccessDeniedException", "User is not authorized to perform: firehose:PutRecordBatch", StepResult.Failed)]
    [InlineData("ResourceNotFoundException", "not found", StepResult.Failed)]
    [InlineData("InvalidSignatureException", "The signature does not match", StepResult.Failed)]
    public void An_empty_call_is_right_when_only_its_emptiness_is_refused(string code, string message, object result) =>
        Assert.Equal(
            (StepResult)result,
            ConnectionCheck.Meaning(new CallAnswer { Status = 400, ErrorCode = code, Message = message }, Orders).Result);

    private static (StepResult Result, string Text) Status(CallAnswer answer) =>
        ConnectionCheck.Status(answer, Orders, "firehose:DescribeDeliveryStream");
}
