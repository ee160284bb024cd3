using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Flows.Validation;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class TelemetryValidationTests
{
    [Theory]
    [InlineData("http://0.0.0.0:9464", "AllowRemote")]
    [InlineData("http://10.1.2.3:9464", "AllowRemote")]
    [InlineData("https://127.0.0.1:9464", "Write http://")]
    [InlineData("http://127.0.0.1:9464/metrics", "nothing else")]
    public void An_address_that_others_can_reach_or_that_is_none_is_refused_with_the_fix(string url, string fix)
    {
        var problem = Assert.Single(ProblemsOf(options => options.Endpoint.Url = new Uri(url)));
        Assert.Equal("Shipper:Endpoint:Url", problem.Key);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9464", false)]
    [InlineData("http://localhost:9464", false)]
    [InlineData("http://[::1]:9464", false)]
    [InlineData("http://0.0.0.0:9464", true)]
    public void The_loopback_is_taken_and_any_address_when_it_is_allowed(string url, bool allowed) => Assert.Empty(ProblemsOf(options =>
    {
        options.Endpoint.Url = new Uri(url);
        options.Endpoint.AllowRemote = allowed;
    }));

    [Fact]
    public void A_name_is_no_address_to_listen_at() => Assert.Single(ProblemsOf(options =>
    {
        options.Endpoint.Url = new Uri("http://example.com:9464");
        options.Endpoint.AllowRemote = true;
    }));

    [Theory]
    [InlineData("run/x.sock")]
    [InlineData("/run/a-path-that-is-far-too-long-for-a-socket/which-may-have-one-hundred-and-eight-bytes-only/with-its-terminator/x.sock")]
    public void A_path_that_cannot_be_a_socket_is_refused(string path) =>
        Assert.Equal("Shipper:Endpoint:Socket", Assert.Single(ProblemsOf(options => options.Endpoint.Socket = path)).Key);

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void A_socket_may_have_as_long_a_path_as_the_system_takes(int bytes, bool fits)
    {
        var path = "/run/é".PadRight(bytes - 1, 'x'); // a letter of two bytes
        Assert.Equal(fits, SocketPath.Problem(path) is null);
        Assert.Equal(fits, Record.Exception(() => new System.Net.Sockets.UnixDomainSocketEndPoint(path)) is null);
        if (!fits)
        {
            var refused = Assert.Throws<IOException>(() => EndpointListener.AtPath(path));
            Assert.Equal("the path is 108 bytes long, and a Unix socket's path has at most 107", refused.Message);
        }
    }

    [Theory]
    [InlineData("AWS/Firehose")]
    [InlineData("  ")]
    [InlineData("Größe")]
    [InlineData("a\n")]
    [InlineData("a,b")]
    public void A_namespace_that_cloudwatch_does_not_take_is_refused(string space) =>
        Assert.Equal("Shipper:Metrics:Namespace", Assert.Single(ProblemsOf(options => options.Metrics.Namespace = space)).Key);

    [Theory]
    [InlineData("Shop: Orders")]
    [InlineData("a b")]
    [InlineData(":")]
    [InlineData("Team/App#1_x.y-z")]
    public void A_namespace_that_cloudwatch_takes_is_taken(string space) =>
        Assert.Empty(ProblemsOf(options => options.Metrics.Namespace = space));

    private static IReadOnlyList<ConfigurationProblem> ProblemsOf(Action<ShipperOptions> change)
    {
        var options = new ShipperOptions();
        change(options);
        var problems = new ConfigurationProblems();
        TelemetryValidation.Validate(options, problems);
        return problems.All;
    }
}
