using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Firehose;
using Xunit;

namespace Shipper.TailShipper.Tests.Firehose;

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
    [InlineData("http://localhost:4573", "http://localhost:4573/", "localhost:4573")]
    [InlineData("https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/", "https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com/", "vpce-1.firehose.eu-west-1.vpce.amazonaws.com")]
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
    public void The_region_comes_from_the_configuration_then_the_environment(string? configured, string? first, string? second, string? expected)
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
