using System.Text;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

/// <summary>Where a name is expected and an ARN is written, and the other way round.</summary>
public sealed class StreamArnTests
{
    private const string Stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders.v2";

    [Theory]
    [InlineData("arn:aws:firehose:eu-west-1:123456789012:deliverystream/t", "Write t; Shipper:Aws:Region must be eu-west-1")]
    [InlineData(
        "arn:aws-cn:firehose:cn-north-1:123456789012:deliverystream/a.b-c_d", "Write a.b-c_d; Shipper:Aws:Region must be cn-north-1")]
    [InlineData(Stream, "set KinesisStream to orders.v2")]
    [InlineData("arn:aws:s3:::lake", "Write 1 to 64 letters")]
    [InlineData("a/b", "Write 1 to 64 letters")]
    [InlineData("orders\n", "Write 1 to 64 letters")]
    public void A_delivery_stream_is_written_by_its_name(string value, string fix)
    {
        var problem = Assert.Single(Problems(new FlowOptions { DeliveryStream = value }));
        Assert.Equal(("Shipper:Flows:0:DeliveryStream", value), (problem.Key, problem.Value));
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:firehose:eu-west-1:123456789012:deliverystream/t", "set DeliveryStream to t")]
    [InlineData("arn:aws:kinesis:eu-west-1:123456789012:stream/orders/consumer/c:1", "Write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME")]
    [InlineData("arn:aws:kinesis:eu-west-1:12345:stream/orders", "Write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME")]
    [InlineData("no name", "or the stream's ARN")]
    public void A_Kinesis_stream_is_written_by_its_name_or_its_own_ARN(string value, string fix)
    {
        var problem = Assert.Single(Problems(new FlowOptions { KinesisStream = value }));
        Assert.Equal("Shipper:Flows:0:KinesisStream", problem.Key);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stream_of_another_account_is_called_by_its_ARN()
    {
        var flow = new FlowOptions { KinesisStream = Stream };
        Assert.Empty(Problems(flow));
        var destination = Destination.Of(flow);
        Assert.Equal("Kinesis stream orders.v2 of account 123456789012", destination.ToString());
        Assert.Equal(Stream, destination.ArnPattern);
        var header = Encoding.UTF8.GetString(destination.Envelope(flow.PartitionKey, null, new Random(1)).Header);
        Assert.Equal($"{{\"StreamARN\":\"{Stream}\",\"Records\":[", header);
        Assert.NotEqual(Destination.Of(new FlowOptions { KinesisStream = "orders.v2" }), destination);
        Assert.Equal(Destination.Of(new FlowOptions { KinesisStream = Stream }), destination);
    }

    [Theory]
    [InlineData("eu-west-1", 0)]
    [InlineData("us-east-1", 1)]
    public void The_region_of_the_ARN_must_be_that_of_the_calls(string region, int expected)
    {
        var problems = new ConfigurationProblems();
        List<FlowOptions> flows = [new() { DeliveryStream = "red-fire" }, new() { KinesisStream = Stream }];
        ShipperSetup.ValidateConnections(new AwsOptions { Region = region }, flows, problems);
        Assert.Equal(expected, problems.All.Count);
        Assert.All(problems.All, problem =>
        {
            Assert.Equal("Shipper:Flows:1:KinesisStream", problem.Key);
            Assert.Contains("is in eu-west-1, and calls go to us-east-1", problem.ToString(), StringComparison.Ordinal);
            Assert.Contains("Set Shipper:Aws:Region to eu-west-1", problem.Fix, StringComparison.Ordinal);
        });
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(FlowOptions flow)
    {
        var problems = new ConfigurationProblems();
        DestinationValidator.Validate("Shipper:Flows:0", flow, problems);
        return problems.All;
    }
}
