using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Credentials;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class WireRegistrationTests
{
    [Fact]
    public async Task All_flows_get_one_client_for_the_configured_address()
    {
        var server = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(1)));
        await using var stopping = server;
        await using var provider = new ServiceCollection()
            .AddSingleton(new AwsOptions { ServiceUrl = server.Url, Region = "eu-west-1" })
            .AddSingleton<ICredentialSource>(StubCredentials.LongTerm)
            .AddWire()
            .BuildServiceProvider();
        var client = provider.GetRequiredService<IDeliveryClients>().For(DestinationKind.Firehose);
        Assert.Same(client, provider.GetRequiredService<IDeliveryClients>().For(DestinationKind.Firehose));
        Assert.Equal(200, (await client.PutAsync(StubBody.Of(1), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public void The_SDK_gives_credentials_where_nothing_else_does()
    {
        using var provider = new ServiceCollection()
            .AddSingleton(new AwsOptions { Region = "eu-west-1" })
            .AddWire()
            .BuildServiceProvider();
        Assert.IsType<AwsCredentialSource>(provider.GetRequiredService<ICredentialSource>());
    }

    [Fact]
    public async Task Each_service_has_one_client_at_its_own_address()
    {
        var seen = new List<ScriptedRequest>();
        await using var firehose = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(1)));
        await using var kinesis = ScriptedServer.Answering(
            (connection, _) => connection.AnswerAsync("200 OK", Wire.AcceptedByKinesis(1)), seen);
        await using var provider = new ServiceCollection()
            .AddSingleton(new AwsOptions { ServiceUrl = firehose.Url, KinesisServiceUrl = kinesis.Url, Region = "eu-west-1" })
            .AddSingleton<ICredentialSource>(StubCredentials.LongTerm)
            .AddWire()
            .BuildServiceProvider();
        var clients = provider.GetRequiredService<IDeliveryClients>();
        Assert.Same(clients.For(DestinationKind.Kinesis), clients.For(DestinationKind.Kinesis));
        Assert.Same(clients.For(DestinationKind.Firehose), clients.For(DestinationKind.Firehose));
        Assert.Equal(
            200, (await clients.For(DestinationKind.Kinesis).PutAsync(StubBody.Of(1), TestContext.Current.CancellationToken)).Status);
        Assert.Equal(
            200, (await clients.For(DestinationKind.Firehose).PutAsync(StubBody.Of(1), TestContext.Current.CancellationToken)).Status);

        var request = Assert.Single(seen);
        Assert.Equal("Kinesis_20131202.PutRecords", request.Headers["X-Amz-Target"]);
        Assert.Contains("/eu-west-1/kinesis/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.EndsWith(SdkSignature.Of(request, "eu-west-1", "kinesis", StubCredentials.AccessKey, StubCredentials.SecretKey),
            request.Headers["Authorization"], StringComparison.Ordinal);
    }
}
