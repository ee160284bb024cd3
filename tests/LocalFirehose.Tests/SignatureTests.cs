using System.Text;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class SignatureTests : IAsyncLifetime
{
    private const string List = "Firehose_20150804.ListDeliveryStreams";
    private static readonly byte[] Empty = "{}"u8.ToArray();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_request_signed_with_the_configured_key_is_accepted()
    {
        var answer = await _server.CallAsync("ListDeliveryStreams", "{}");
        Assert.Equal(200, answer.Status);
        Assert.Equal("application/x-amz-json-1.1", answer.ContentType);
        Assert.True(Guid.TryParse(answer.RequestId, out _));
    }

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("ap-southeast-4")]
    public async Task Any_region_is_accepted(string region) =>
        Assert.Equal(200, (await _server.CallAsync("ListDeliveryStreams", "{}", new RequestSigner { Region = region })).Status);

    [Fact]
    public async Task A_security_token_is_ignored() =>
        Assert.Equal(200, (await _server.CallAsync("ListDeliveryStreams", "{}", new RequestSigner { Token = "anything" })).Status);

    [Fact]
    public async Task A_wrong_secret_is_an_invalid_signature() =>
        await Refused("InvalidSignatureException", new RequestSigner(secret: "other"));

    [Fact]
    public async Task An_unknown_key_is_an_unrecognized_client() =>
        await Refused("UnrecognizedClientException", new RequestSigner("AKIDOTHER"));

    [Fact]
    public async Task A_scope_for_another_service_is_an_invalid_signature() =>
        await Refused("InvalidSignatureException", new RequestSigner { Service = "s3" });

    [Fact]
    public async Task A_changed_body_is_an_invalid_signature()
    {
        var answer = await _server.SendAsync(List, Empty, new RequestSigner(), _server.Time.GetUtcNow(), bodySent: "{ }"u8.ToArray());
        Assert.Equal("InvalidSignatureException", answer.Error);
    }

    [Fact]
    public async Task An_unsigned_request_lacks_its_token()
    {
        var answer = await _server.SendAsync(List, Empty, null, default);
        Assert.Equal((400, "MissingAuthenticationTokenException"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData(-299, null)]
    [InlineData(-301, "Signature expired: ")]
    [InlineData(299, null)]
    [InlineData(301, "Signature not yet current: ")]
    public async Task A_date_more_than_five_minutes_off_is_refused(int seconds, string? message)
    {
        var answer = await _server.SendAsync(List, Empty, new RequestSigner(), _server.Time.GetUtcNow().AddSeconds(seconds));
        if (message is null)
        {
            Assert.Equal(200, answer.Status);
        }
        else
        {
            Assert.Equal((400, "InvalidSignatureException"), (answer.Status, answer.Error));
            Assert.StartsWith(message, answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Firehose_20150804.Nothing")]
    [InlineData("Firehose_20150804.1")]
    [InlineData("Firehose_20150804.PutRecord,PutRecordBatch")]
    [InlineData("Kinesis_20131202.PutRecords")]
    public async Task A_missing_or_unknown_target_is_an_unknown_operation(string? target)
    {
        var answer = await _server.SendAsync(target, Empty, new RequestSigner(), _server.Time.GetUtcNow());
        Assert.Equal((400, "UnknownOperationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_body_over_eight_mebibytes_is_refused()
    {
        var body = Encoding.ASCII.GetBytes(new string(' ', (8 * 1024 * 1024) + 1));
        var answer = await _server.SendAsync(List, body, new RequestSigner(), _server.Time.GetUtcNow());
        Assert.Equal((413, "RequestEntityTooLargeException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_client_that_disconnects_does_not_affect_the_next_call()
    {
        using (var half = new System.Net.Sockets.TcpClient())
        {
            var url = new Uri(_server.Host.Url);
            await half.ConnectAsync(url.Host, url.Port);
            await half.GetStream().WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"half\":"u8.ToArray());
        }

        for (var call = 0; call < 20; call++)
        {
            Assert.Equal(200, (await _server.CallAsync("ListDeliveryStreams", "{}")).Status);
        }
    }

    private async Task Refused(string code, RequestSigner signer)
    {
        var answer = await _server.CallAsync("ListDeliveryStreams", "{}", signer);
        Assert.Equal((400, code), (answer.Status, answer.Error));
    }
}
