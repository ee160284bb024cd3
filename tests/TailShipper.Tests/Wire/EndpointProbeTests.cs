using System.Net;
using System.Net.Sockets;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>The way to an endpoint, tried step by step.</summary>
public sealed class EndpointProbeTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TestAuthority _authority = new();
    private readonly List<ScriptedRequest> _requests = [];
    private readonly ScriptedServer _service;

    public EndpointProbeTests() =>
        _service = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("403 Forbidden", "{}"), _requests);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Every_step_says_what_it_found_and_how_long_it_took()
    {
        await using var tls = Relay.Tls(_authority.Issue("localhost", "127.0.0.1"), _service.Url);
        var steps = await ProbeAsync(new Uri($"https://localhost:{tls.Port}/"), new AwsOptions { CaBundle = _authority.Bundle });
        Assert.Equal(["resolve", "connect", "TLS", "answer", "clock"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.Result is StepResult.Ok or StepResult.Unknown, step.ToString()));
        Assert.All(steps.SkipLast(1), step => Assert.NotNull(step.Took));
        Assert.StartsWith("localhost is ", steps[0].Text, StringComparison.Ordinal);
        Assert.Equal($"127.0.0.1:{tls.Port}", steps[1].Text);
        Assert.Matches(@"^TLS 1\.[23], certificate by Test authority \w+, valid until \d{4}-\d\d-\d\d$", steps[2].Text);
        Assert.StartsWith("HTTP 403", steps[3].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", Assert.Single(_requests).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_ends_it_with_the_services_own_words()
    {
        using var other = new TestAuthority();
        await using var tls = Relay.Tls(other.Issue("localhost", "127.0.0.1"), _service.Url);
        var steps = await ProbeAsync(new Uri($"https://localhost:{tls.Port}/"), new AwsOptions { CaBundle = _authority.Bundle });
        Assert.Equal(["resolve", "connect", "TLS"], steps.Select(step => step.Name));
        Assert.Equal(StepResult.Failed, steps[^1].Result);
        Assert.Contains("the TLS handshake failed", steps[^1].Text, StringComparison.Ordinal);
        Assert.Contains($"authorities in {_authority.Bundle} replace the system's", steps[^1].Text, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task Nobody_there_ends_it_at_the_connection()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var steps = await ProbeAsync(new Uri($"http://127.0.0.1:{port}/"), new AwsOptions());
        Assert.Equal([StepResult.Ok, StepResult.Failed], steps.Select(step => step.Result));
        Assert.Contains("no connection (ConnectionRefused", steps[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_ends_it_at_once()
    {
        var step = Assert.Single(await ProbeAsync(new Uri("https://firehose.invalid/"), new AwsOptions()));
        Assert.Equal(("resolve", StepResult.Failed), (step.Name, step.Result));
        Assert.StartsWith("firehose.invalid: the name cannot be resolved", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_proxy_the_proxy_is_reached_and_its_password_is_never_shown()
    {
        await using var tls = Relay.Tls(_authority.Issue("firehose.invalid"), _service.Url);
        await using var proxy = Relay.Proxy(tls.Port, "ship:secret-word");
        var url = new Uri("https://firehose.invalid/");
        var right = new AwsOptions { CaBundle = _authority.Bundle, Proxy = $"http://ship:secret-word@127.0.0.1:{proxy.Port}" };
        var steps = await ProbeAsync(url, right);
        Assert.Equal(["resolve", "connect", "answer", "clock"], steps.Select(step => step.Name));
        Assert.Equal("the proxy 127.0.0.1 is 127.0.0.1", steps[0].Text);
        Assert.StartsWith("HTTP 403", steps[2].Text, StringComparison.Ordinal);

        right.Proxy = $"http://ship:wrong-word@127.0.0.1:{proxy.Port}";
        var refused = await ProbeAsync(url, right);
        Assert.Equal(("answer", StepResult.Failed), (refused[^1].Name, refused[^1].Result));
        Assert.Contains("the proxy refused the tunnel", refused[^1].Text, StringComparison.Ordinal);
        Assert.All(steps.Concat(refused), step => Assert.DoesNotContain("-word", step.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.4, StepResult.Ok, "this machine's clock agrees with the service's")]
    [InlineData(12, StepResult.Ok, "this machine's clock is 12 s ahead of the service's")]
    [InlineData(-7200, StepResult.Warning, "this machine's clock is 7200 s behind the service's. Set the clock right")]
    public void Clocks_are_compared_by_the_date_of_the_answer(double ahead, object result, string text)
    {
        var step = EndpointProbe.Clock(Noon, Noon + TimeSpan.FromSeconds(ahead + 0.5));
        Assert.Equal((StepResult)result, step.Result);
        Assert.StartsWith(text, step.Text, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<ConnectionStep>> ProbeAsync(Uri url, AwsOptions options)
    {
        var problems = new ConfigurationProblems();
        var settings = ConnectionSettings.Load(options, _ => null, problems);
        problems.ThrowIfAny();
        return new EndpointProbe(new AwsEndpoint(url, "eu-west-1"), settings, TimeProvider.System)
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
