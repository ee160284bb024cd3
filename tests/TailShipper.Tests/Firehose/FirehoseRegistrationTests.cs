using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Firehose;
using Xunit;

namespace Shipper.TailShipper.Tests.Firehose;

public sealed class FirehoseRegistrationTests
{
    [Fact]
    public async Task All_flows_get_one_client_for_the_configured_address()
    {
        var server = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(1)));
        await using var stopping = server;
        await using var provider = new ServiceCollection()
            .AddSingleton(new AwsOptions { ServiceUrl = server.Url, Region = "eu-west-1" })
            .AddSingleton<ICredentialSource>(StubCredentials.LongTerm)
            .AddFirehose()
            .BuildServiceProvider();
        var client = provider.GetRequiredService<IDeliveryClient>();
        Assert.Same(client, provider.GetRequiredService<IDeliveryClient>());
        Assert.Equal(200, (await client.PutAsync(StubBody.Of(1), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public void The_SDK_gives_credentials_where_nothing_else_does()
    {
        using var provider = new ServiceCollection()
            .AddSingleton(new AwsOptions { Region = "eu-west-1" })
            .AddFirehose()
            .BuildServiceProvider();
        Assert.IsType<AwsCredentialSource>(provider.GetRequiredService<ICredentialSource>());
        Assert.Equal(new Uri("https://firehose.eu-west-1.amazonaws.com/"), provider.GetRequiredService<AwsEndpoint>().Url);
    }
}
