using System.Net;
using System.Net.Sockets;
using System.Text;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class SecureConnectionTests : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly List<ScriptedRequest> _requests = [];
    private readonly ScriptedServer _service;

    public SecureConnectionTests() =>
        _service = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(3)), _requests);

    [Fact]
    public async Task A_certificate_of_the_bundles_authority_is_trusted()
    {
        await using var tls = Relay.Tls(_authority.Issue("localhost", "127.0.0.1"), _service.Url);
        foreach (var options in (AwsOptions[])[new() { CaBundle = _authority.Bundle }, new()])
        {
            await using var wire = new Wire(Secure(tls), settings: Settings(options, ("AWS_CA_BUNDLE", _authority.Bundle)));
            Assert.Equal(200, (await PutAsync(wire)).Status);
        }

        Assert.Equal(2, tls.Connections);
    }

    [Fact]
    public async Task Another_authority_is_refused_with_the_fix_and_nothing_is_sent()
    {
        using var other = new TestAuthority();
        await using var tls = Relay.Tls(other.Issue("localhost", "127.0.0.1"), _service.Url);
        await using var wire = new Wire(Secure(tls), settings: Settings(new AwsOptions { CaBundle = _authority.Bundle }));
        var answer = await PutAsync(wire);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("the TLS handshake failed", answer.Message, StringComparison.Ordinal);
        Assert.Contains($"authorities in {_authority.Bundle} replace the system's: add the one", answer.Message, StringComparison.Ordinal);

        await using var plain = new Wire(Secure(tls), settings: Settings(new AwsOptions()));
        answer = await PutAsync(plain);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("name its PEM file in Shipper:Aws:CaBundle or AWS_CA_BUNDLE", answer.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        await using var tls = Relay.Tls(_authority.Issue("firehose.example"), _service.Url);
        await using var wire = new Wire(Secure(tls), settings: Settings(new AwsOptions { CaBundle = _authority.Bundle }));
        var answer = await PutAsync(wire);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("check that it is for 127.0.0.1", answer.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("not valid yet")]
    [InlineData("for clients")]
    [InlineData("signed by itself")]
    public async Task A_certificate_that_is_not_fit_is_refused_and_nothing_is_sent(string how)
    {
        await using var tls = Relay.Tls(_authority.IssueUnfit(how, "127.0.0.1"), _service.Url);
        await using var wire = new Wire(Secure(tls), settings: Settings(new AwsOptions { CaBundle = _authority.Bundle }));
        var answer = await PutAsync(wire);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("the TLS handshake failed", answer.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task No_TLS_older_than_1_2_is_offered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var wire = new Wire(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        var call = PutAsync(wire);
        using (var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            var offered = await ClientHello.VersionsAsync(client.GetStream());
            Assert.NotEmpty(offered);
            Assert.Empty(offered.Except([0x0303, 0x0304]));
        }

        Assert.Equal(TransportFailure.NotConnected, (await call).Failure);
    }

    [Theory]
    [InlineData("http", "", "If that port speaks TLS, write https:// in the address")]
    [InlineData("http", "\u0015\u0003\u0001\0\u0002\u0002\u0046", "If that port speaks TLS, write https:// in the address")]
    [InlineData("https", "HTTP/1.1 400 Bad Request\r\n\r\n", "write http:// in the address if that port speaks plain HTTP")]
    public async Task The_other_protocol_at_the_port_says_which_address_to_write(string scheme, string answer, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[1], 1);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
        });
        await using var wire = new Wire(new Uri($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        Assert.Contains(expected, (await PutAsync(wire)).Message, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task A_connection_cut_below_TLS_is_replaced_by_the_next_call()
    {
        await using var tls = Relay.Tls(_authority.Issue("127.0.0.1"), _service.Url);
        await using var wire = new Wire(Secure(tls), settings: Settings(new AwsOptions { CaBundle = _authority.Bundle }));
        Assert.Equal(200, (await PutAsync(wire)).Status);
        tls.Cut();

        // The client may see the cut before or while it sends: in either case it says so, or goes by a new connection.
        var answer = await PutAsync(wire);
        Assert.True(answer.Status == 200 || answer.Failure is TransportFailure.Ambiguous or TransportFailure.NotConnected, answer.Message);
        Assert.Equal(200, (await PutAsync(wire)).Status);
    }

    [Fact]
    public async Task A_proxy_gets_a_tunnel_to_a_name_that_only_it_can_resolve()
    {
        await using var tls = Relay.Tls(_authority.Issue("firehose.only-the-proxy-knows.invalid"), _service.Url);
        await using var proxy = Relay.Proxy(tls.Port);
        var url = new Uri("https://firehose.only-the-proxy-knows.invalid/");
        foreach (var configured in (bool[])[true, false])
        {
            var options = new AwsOptions { CaBundle = _authority.Bundle, Proxy = configured ? $"http://127.0.0.1:{proxy.Port}" : null };
            await using var wire = new Wire(
                url, settings: Settings(options, ("HTTPS_PROXY", $"127.0.0.1:{(configured ? 1 : proxy.Port)}")));
            Assert.Equal(200, (await PutAsync(wire)).Status);
        }

        Assert.Equal(2, proxy.Heads.Count);
        Assert.All(proxy.Heads, head =>
            Assert.StartsWith("CONNECT firehose.only-the-proxy-knows.invalid:443 ", head, StringComparison.Ordinal));
        Assert.All(proxy.Heads, head => Assert.DoesNotContain("Authorization: AWS4", head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_is_given_its_user_and_nobody_else_hears_the_password()
    {
        await using var tls = Relay.Tls(_authority.Issue("firehose.invalid"), _service.Url);
        await using var proxy = Relay.Proxy(tls.Port, "ship:p@ss:word");
        var url = new Uri("https://firehose.invalid/");
        await using var wire = new Wire(url, settings: Settings(
            new AwsOptions { CaBundle = _authority.Bundle, Proxy = $"http://ship:p%40ss%3Aword@127.0.0.1:{proxy.Port}" }));
        Assert.Equal(200, (await PutAsync(wire)).Status);

        var wrong = Settings(new AwsOptions { CaBundle = _authority.Bundle, Proxy = $"http://ship:wrong-secret@127.0.0.1:{proxy.Port}" });
        await using var refused = new Wire(url, settings: wrong);
        var answer = await PutAsync(refused);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains(
            $"The proxy is http://127.0.0.1:{proxy.Port} with a user name (Shipper:Aws:Proxy)", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", wrong.SecureProxy!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        await using var wire = new Wire(
            new Uri("https://firehose.invalid/"), settings: Settings(new AwsOptions(), ("https_proxy", "http://u:p@127.0.0.1:1")));
        var answer = await PutAsync(wire);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("The proxy is http://127.0.0.1:1 with a user name (https_proxy); add hosts that need no proxy to NO_PROXY",
            answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", "amazonaws.com", false)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", ".amazonaws.com", false)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", "localhost,*.amazonaws.com", false)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", "a firehose.eu-west-1.AMAZONAWS.com:443", false)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", "*", false)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", "firehose.eu-west-1.amazonaws.com:8443,,zonaws.com,10.0.0.0/8", true)]
    [InlineData("https://firehose.eu-west-1.amazonaws.com/", null, true)]
    [InlineData("https://10.1.2.3/", "10.0.0.0/8", false)]
    [InlineData("https://11.1.2.3/", "10.0.0.0/8", true)]
    [InlineData("https://10.1.2.3/", "10.1.2.3", false)]
    [InlineData("https://[2001:db8::5]/", "2001:db8::/32", false)]
    [InlineData("https://[2001:db8::5]/", "[2001:db8::5]", false)]
    [InlineData("http://127.0.0.1:4573/", null, false)]
    [InlineData("http://localhost:4573/", null, false)]
    [InlineData("http://169.254.169.254/latest/api/token", null, false)]
    [InlineData("http://169.254.170.2/v2/credentials", null, false)]
    [InlineData("http://169.254.170.23/v1/credentials", "other", false)]
    [InlineData("http://[fd00:ec2::254]/latest/api/token", null, false)]
    [InlineData("http://[fd00:ec2::23]/v1/credentials", null, false)]
    [InlineData("http://[fe80::1]/", null, false)]
    [InlineData("http://[::ffff:169.254.169.254]/", null, false)]
    [InlineData("http://169.253.169.254/", null, true)]
    [InlineData("http://[fd00:ec3::254]/", null, true)]
    [InlineData("http://169.254.169.254.example.com/", null, true)]
    public void NO_PROXY_leaves_addresses_out(string url, string? noProxy, bool proxied)
    {
        var settings = Settings(new AwsOptions { Proxy = "proxy:3128" }, ("NO_PROXY", noProxy));
        Assert.Equal(proxied ? "http://proxy:3128" : null, settings.ProxyFor(new Uri(url))?.ToString());
        Assert.Equal(proxied ? new Uri("http://proxy:3128") : null, new SchemeProxy(settings).GetProxy(new Uri(url)));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/api/token", false)]
    [InlineData("http://[fd00:ec2::23]/v1/credentials", false)]
    [InlineData("http://example.com/", true)]
    public void The_proxy_of_the_process_is_not_asked_for_metadata(string url, bool proxied)
    {
        var proxy = new DirectAddresses.Excluding(new WebProxy("http://proxy:3128"));
        Assert.Equal(!proxied, proxy.IsBypassed(new Uri(url)));
        Assert.Equal(proxied ? new Uri("http://proxy:3128") : null, proxy.GetProxy(new Uri(url)));
        DirectAddresses.ExcludeFromSystemProxy();
        var first = HttpClient.DefaultProxy;
        DirectAddresses.ExcludeFromSystemProxy();
        Assert.Same(first, HttpClient.DefaultProxy);
        Assert.Null(first.GetProxy(new Uri("http://169.254.170.2/")));
    }

    [Fact]
    public void Each_scheme_has_its_variable_and_both_share_a_third()
    {
        var settings = Settings(new AwsOptions(), ("HTTPS_PROXY", "secure:1"), ("http_proxy", "plain:2"), ("ALL_PROXY", "all:3"));
        Assert.Equal(("http://secure:1", "http://plain:2"), (settings.SecureProxy!.ToString(), settings.PlainProxy!.ToString()));
        settings = Settings(new AwsOptions(), ("ALL_PROXY", "socks5://all:3"));
        Assert.Equal(("socks5://all:3", "socks5://all:3"), (settings.SecureProxy!.ToString(), settings.PlainProxy!.ToString()));
        Assert.Null(Settings(new AwsOptions()).SecureProxy);
    }

    [Fact]
    public void What_cannot_be_used_is_named_without_a_password()
    {
        var problems = new ConfigurationProblems();
        ConnectionSettings.Load(
            new AwsOptions { CaBundle = "/no/such/bundle.pem", Proxy = "ftp://user:secret@proxy" }, _ => null, problems);
        Assert.Equal(["Shipper:Aws:CaBundle", "Shipper:Aws:Proxy"], problems.All.Select(problem => problem.Key));
        Assert.All(problems.All, problem => Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal));

        problems = new ConfigurationProblems();
        var empty = Path.GetTempFileName();
        ConnectionSettings.Load(new AwsOptions(), name => name == "AWS_CA_BUNDLE" ? empty : null, problems);
        File.Delete(empty);
        Assert.Equal(("AWS_CA_BUNDLE", "holds no certificate"), (problems.All[0].Key, problems.All[0].Reason));
    }

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _service.DisposeAsync();
    }

    private static Uri Secure(Relay tls) => new($"https://127.0.0.1:{tls.Port}/");

    private static Task<CallAnswer> PutAsync(Wire wire) => wire.Client.PutAsync(StubBody.Of(3), TestContext.Current.CancellationToken);

    private static ConnectionSettings Settings(AwsOptions options, params (string Name, string? Value)[] environment)
    {
        var problems = new ConfigurationProblems();
        var settings = ConnectionSettings.Load(options, name => Array.Find(environment, variable => variable.Name == name).Value, problems);
        Assert.Empty(problems.All);
        return settings;
    }
}
