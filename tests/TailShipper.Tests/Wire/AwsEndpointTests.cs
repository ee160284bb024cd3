using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class AwsEndpointTests
{
    [Theory]
    [InlineData("eu-west-1", "firehose.eu-west-1.amazonaws.com")]
    [InlineData("cn-north-1", "firehose.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", "firehose.us-gov-west-1.amazonaws.com")]
    [InlineData("eu-neverland-7", "firehose.eu-neverland-7.amazonaws.com")]
    public void A_region_has_its_address_in_its_partition(string region, string host)
    {
        var endpoint = AwsEndpoint.Create(new AwsOptions(), region);
        Assert.Equal((new Uri($"https://{host}/"), region, host), (endpoint.Url, endpoint.Region, endpoint.Host));
    }

    [Theory]
    [InlineData("firehose", "eu-west-1", true, false, "firehose-fips.eu-west-1.amazonaws.com")]
    [InlineData("firehose", "eu-west-1", false, true, "firehose.eu-west-1.api.aws")]
    [InlineData("kinesis", "eu-west-1", true, true, "kinesis-fips.eu-west-1.api.aws")]
    [InlineData("kinesis", "cn-north-1", false, true, "kinesis.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("kinesis", "us-gov-west-1", false, true, "kinesis.us-gov-west-1.api.aws")]
    public void FIPS_and_dual_stack_endpoints_come_from_the_configuration_or_the_environment(
        string service, string region, bool fips, bool dualStack, string host)
    {
        var configured = new AwsOptions { UseFips = fips, UseDualStack = dualStack };
        Assert.Equal(host, AwsEndpoint.Create(configured, region, service, name => name.StartsWith("AWS_USE", StringComparison.Ordinal)
            ? "not looked at"
            : null).Host);
        Assert.Equal(host, AwsEndpoint.Create(new AwsOptions(), region, service, name => name switch
        {
            "AWS_USE_FIPS_ENDPOINT" => fips ? "True" : "false",
            "AWS_USE_DUALSTACK_ENDPOINT" => dualStack ? "true" : null,
            _ => null,
        }).Host);
    }

    [Fact]
    public void A_partition_without_dual_stack_endpoints_is_said()
    {
        var thrown = Assert.Throws<InvalidOperationException>(
            () => AwsEndpoint.Create(new AwsOptions { UseDualStack = true }, "us-iso-east-1"));
        Assert.Contains("us-iso-east-1 has no dual-stack endpoints", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("firehose", null, "http://firehose.internal:1/", "http://all.internal:2/", "http://firehose.internal:1/")]
    [InlineData("kinesis", null, "http://firehose.internal:1/", "http://all.internal:2/", "http://all.internal:2/")]
    [InlineData("firehose", "https://mine.internal/", "http://firehose.internal:1/", "http://all.internal:2/", "https://mine.internal/")]
    [InlineData("kinesis", "https://mine.internal/", null, null, "https://kinesis.eu-west-1.amazonaws.com/")]
    [InlineData("firehose", null, " ", "", "https://firehose.eu-west-1.amazonaws.com/")]
    public void Addresses_in_the_environment_are_honoured_in_the_order_of_AWSs_tools(
        string service, string? configured, string? forFirehose, string? forAll, string url)
    {
        var options = new AwsOptions { ServiceUrl = configured is null ? null : new Uri(configured) };
        string? Variable(string name) =>
            name switch { "AWS_ENDPOINT_URL_FIREHOSE" => forFirehose, "AWS_ENDPOINT_URL" => forAll, _ => null };
        Assert.Equal(url, AwsEndpoint.Create(options, "eu-west-1", service, Variable).Url.AbsoluteUri);
        if (configured is null)
        {
            var ignoring = AwsEndpoint.Create(options, "eu-west-1", service, name => name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
                ? "true"
                : Variable(name));
            Assert.Equal($"https://{service}.eu-west-1.amazonaws.com/", ignoring.Url.AbsoluteUri);
        }
    }

    [Fact]
    public void An_address_that_is_none_names_its_variable()
    {
        var thrown = Assert.Throws<FormatException>(() => AwsEndpoint.Create(
            new AwsOptions(), "eu-west-1", "kinesis", name => name == "AWS_ENDPOINT_URL_KINESIS" ? "kinesis.internal" : null));
        Assert.StartsWith("AWS_ENDPOINT_URL_KINESIS ", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:4573", false)]
    [InlineData("http://127.0.0.2/", false)]
    [InlineData("http://[::1]:8080/", false)]
    [InlineData("https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/", false)]
    [InlineData("http://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/", true)]
    [InlineData("http://10.0.0.1:4573/", true)]
    public void Plain_HTTP_to_another_machine_is_exposed(string url, bool exposed) =>
        Assert.Equal(exposed, new AwsEndpoint(new Uri(url), "eu-west-1").IsExposed);

    [Theory]
    [InlineData("http://localhost:4573", "http://localhost:4573/", "localhost:4573")]
    [InlineData("https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/", "https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/",
        "vpce-1.firehose.eu-west-1.vpce.amazonaws.com")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080/", "[::1]:8080")]
    [InlineData("https://gateway/firehose?x=1", "https://gateway/firehose", "gateway")]
    public void A_configured_address_is_taken_as_it_is(string configured, string url, string host)
    {
        var endpoint = AwsEndpoint.Create(new AwsOptions { ServiceUrl = new Uri(configured) }, "eu-west-1");
        Assert.Equal((url, host), (endpoint.Url.AbsoluteUri, endpoint.Host));
    }

    [Fact]
    public void An_address_without_a_region_is_signed_for_us_east_1()
    {
        Assert.Equal("us-east-1", AwsEndpoint.Create(new AwsOptions { ServiceUrl = new Uri("http://localhost:1/") }, null).Region);
        Assert.Throws<InvalidOperationException>(() => AwsEndpoint.Create(new AwsOptions(), null));
    }

    [Theory]
    [InlineData("eu-west-1", "us-west-2", "us-west-1", "eu-west-1")]
    [InlineData(null, "us-west-2", "us-west-1", "us-west-2")]
    [InlineData(null, " ", "us-west-1 ", "us-west-1")]
    public void The_region_comes_from_the_configuration_then_the_environment(
        string? configured, string? first, string? second, string? expected)
    {
        Assert.Equal(expected, AwsRegion.Configured(new AwsOptions { Region = configured }, name => name switch
        {
            "AWS_REGION" => first,
            "AWS_DEFAULT_REGION" => second,
            _ => null,
        }));
    }

    [Fact]
    public void A_profile_that_is_not_there_has_no_region()
    {
        Assert.Null(AwsRegion.Configured(new AwsOptions { Profile = "no-such-profile-anywhere" }, _ => null));
    }
}
