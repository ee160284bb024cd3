using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Check;

public sealed class CheckEndpointTests
{
    [Fact]
    public void Each_endpoint_line_names_its_service_also_when_both_have_one_address()
    {
        var url = new Uri("http://127.0.0.1:4566");
        var options = new ShipperOptions
        {
            Aws = new AwsOptions { Region = "eu-west-1", ServiceUrl = url, KinesisServiceUrl = url },
            Flows = [new() { DeliveryStream = "a" }, new() { KinesisStream = "b" }, new() { DeliveryStream = "c" }],
        };
        Assert.Equal(
            [
                "Endpoint:     Firehose at http://127.0.0.1:4566/ (region eu-west-1)",
                "Endpoint:     Kinesis at http://127.0.0.1:4566/ (region eu-west-1)",
            ],
            Lines(options));
    }

    [Fact]
    public void One_service_has_one_line() => Assert.StartsWith(
        "Endpoint:     Kinesis at https://kinesis.eu-west-1.amazonaws.com/",
        Assert.Single(Lines(new ShipperOptions
        {
            Aws = new AwsOptions { Region = "eu-west-1" },
            Flows = [new() { KinesisStream = "b" }, new() { KinesisStream = "c" }],
        })),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("eu-wset-1", "WARNING: eu-wset-1 is no region that this version knows. Did you mean eu-west-1?")]
    [InlineData("xx-nowhere-7", "WARNING: xx-nowhere-7 is no region that this version knows. Check its name")]
    public void A_region_that_nobody_knows_is_a_warning(string region, string warning) => Assert.Equal(
        warning, Lines(new ShipperOptions { Aws = new AwsOptions { Region = region }, Flows = [new() { DeliveryStream = "a" }] })[0]);

    private static string[] Lines(ShipperOptions options)
    {
        var output = new StringWriter();
        var report = new CheckReport(new ConfigurationInUse([], "", ""));
        CheckCommand.DescribeEndpoints(options, ConnectionSettings.System, report.General);
        report.Write(output);
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[1..];
    }
}
