using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Wire.Signing;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class RequestSignerTests
{
    private static readonly DateTimeOffset Published = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
    private static readonly ImmutableCredentials Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

    [Theory]
    [InlineData("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    public void The_published_vanilla_vectors_come_out(string method, string signature)
    {
        // get-vanilla and post-vanilla of AWS's Signature Version 4 test suite.
        SignedHeader[] headers = [new("host", "example.amazonaws.com"), new("x-amz-date", "20150830T123600Z")];
        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + $"SignedHeaders=host;x-amz-date, Signature={signature}",
            new RequestSigner("us-east-1", "service").Authorize(method, "/", headers, SHA256.HashData([]), Example, Published));
    }

    [Fact]
    public void Any_request_is_signed_as_the_SDK_signs_it()
    {
        var text = Gen.Elements("ABCxyz019-_.+=/ ".ToCharArray()).ArrayOf().Select(letters => new string(letters));
        var cases =
            from path in Gen.Elements("/", "/stage/firehose", "/a~b-c.d_e/", "/with%20space/%C3%BC")
            from target in text
            from token in text
            from secret in text
            from body in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            from region in Gen.Elements("eu-west-1", "cn-north-1", "us-gov-west-1")
            from service in Gen.Elements("firehose", "kinesis")
            from seconds in Gen.Choose(0, int.MaxValue)
            select (path, target, token, secret: "s" + secret.Trim(), body, region, service,
                time: DateTimeOffset.UnixEpoch.AddSeconds(seconds));

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["content-type"] = "application/x-amz-json-1.1",
                ["host"] = "firehose.example.com:8443",
                ["x-amz-date"] = RequestSigner.Timestamp(one.time),
                ["x-amz-security-token"] = one.token,
                ["x-amz-target"] = one.target,
            };
            var credentials = new ImmutableCredentials("AKIDEXAMPLE", one.secret, null);
            var ours = new RequestSigner(one.region, one.service).Authorize(
                "POST",
                one.path,
                headers.Select(header => new SignedHeader(header.Key, header.Value)).ToArray(),
                SHA256.HashData(one.body),
                credentials,
                one.time);
            Assert.Equal(SdkSignature.Of(one.path, headers, one.body, one.region, one.service, "AKIDEXAMPLE", one.secret), ours);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_key_that_is_remembered_follows_day_and_secret()
    {
        var signer = new RequestSigner("eu-west-1", "firehose");
        string Sign(RequestSigner with, string secret, int days) => with.Authorize(
            "POST", "/", [new("host", "h")], new byte[32], new ImmutableCredentials("A", secret, null), Published.AddDays(days));

        foreach (var (secret, days) in ((string, int)[])[("one", 0), ("one", 0), ("one", 1), ("two", 1), ("one", 0)])
        {
            Assert.Equal(Sign(new RequestSigner("eu-west-1", "firehose"), secret, days), Sign(signer, secret, days));
        }

        Assert.NotEqual(Sign(signer, "one", 0), Sign(signer, "one", 1));
        Assert.NotEqual(Sign(signer, "one", 0), Sign(signer, "two", 0));
    }

    [Fact]
    public void Headers_out_of_order_are_refused()
    {
        var signer = new RequestSigner("eu-west-1", "firehose");
        Assert.Throws<ArgumentException>(() => signer.Authorize(
            "POST", "/", [new("x-amz-date", "d"), new("host", "h")], new byte[32], Example, Published));
    }

    [Fact]
    public void The_timestamp_is_UTC_to_the_second()
    {
        var time = new DateTimeOffset(2026, 1, 2, 1, 4, 5, 999, TimeSpan.FromHours(2));
        Assert.Equal("20260101T230405Z", RequestSigner.Timestamp(time));
        Assert.Equal("20260101T230405Z", time.UtcDateTime.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture));
    }
}
