using System.Net;
using System.Net.Sockets;
using System.Text;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Endpoint;

/// <summary>The endpoint over real sockets.</summary>
public sealed class EndpointServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("endpoint-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<EndpointRequest> _asked = [];
    private Func<EndpointRequest, EndpointAnswer> _answer = request => new EndpointAnswer(200, $"you asked {request.Path}\n");
    private Socket? _listener;

    private string Path => System.IO.Path.Join(_directory, "s");

    public void Dispose()
    {
        _stop.Cancel();
        _listener?.Dispose();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_answers_over_a_socket_that_owner_and_group_may_use()
    {
        Start();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
                File.GetUnixFileMode(Path));
        }

        var answer = await AskAsync("GET /status?files=3&x=%20y HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 18\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nyou asked /status\n", answer, StringComparison.Ordinal);
        Assert.Equal(("3", " y", true), (_asked[0].Query["files"], _asked[0].Query["x"], _asked[0].IsPrivate));
    }

    [Fact]
    public async Task A_question_for_the_head_gets_no_body()
    {
        Start();
        var answer = await AskAsync("HEAD / HTTP/1.1\r\n\r\n");
        Assert.Contains("Content-Length: 12", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / SMTP/1.1\r\n\r\n")]
    [InlineData("GET http://x/ HTTP/1.1\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n")]
    public async Task What_is_no_request_is_refused(string text)
    {
        Start();
        Assert.StartsWith("HTTP/1.1 400", await AskAsync(text), StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("GET /status?files=%%%&x=%zz%u0041 HTTP/1.0\r\n\r\n")]
    [InlineData("GET /status?files=99999999999999999999999999 HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nConnection: keep-alive\r\n\r\nGET /metrics HTTP/1.1\r\n\r\nrubbish")]
    public async Task One_request_gets_one_answer_whatever_is_in_it_or_follows_it(string text)
    {
        Start();
        var answer = await AskAsync(text);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("you asked /status\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_head_without_end_is_refused()
    {
        Start();
        Assert.StartsWith("HTTP/1.1 400", await AskAsync("GET / HTTP/1.1\r\n" + new string('x', 8 * 1024 - 16)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_an_answer_ends_neither_the_service_nor_the_endpoint()
    {
        _answer = _ => throw new InvalidOperationException("boom");
        Start();
        Assert.StartsWith("HTTP/1.1 500", await AskAsync("GET / HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        _answer = _ => new EndpointAnswer(200, "again\n");
        Assert.EndsWith("again\n", await AskAsync("GET / HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_ask_nothing_are_sent_away_after_five_seconds_and_others_get_their_turn()
    {
        Start();
        var silent = new List<Socket>();
        for (var client = 0; client < 16; client++)
        {
            silent.Add(await ConnectAsync());
        }

        // The clock may run on over the one who asks, too, before it is read: then it asks again.
        var answer = "";
        for (var attempt = 0; attempt < 20 && answer.Length == 0; attempt++)
        {
            var waiting = AskAsync("GET / HTTP/1.1\r\n\r\n");
            while (!waiting.IsCompleted)
            {
                _time.Advance(TimeSpan.FromSeconds(5)); // also those that were taken only just now
                await Task.WhenAny(waiting, Task.Delay(20)); // else the clock outruns the one who asks every time
            }

            answer = waiting.IsFaulted && waiting.Exception.InnerException is IOException ? "" : await waiting;
        }

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Content_may_last_longer_than_a_request_and_ends_when_nobody_reads_it()
    {
        var ended = new TaskCompletionSource();
        _answer = _ => new EndpointAnswer(200, "")
        {
            WriteContent = async (stream, cancellation) =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                await stream.WriteAsync("late\n"u8.ToArray(), cancellation);
                using var end = cancellation.Register(ended.SetResult);
                await Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        Start();
        using (var client = await ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await using var stream = new NetworkStream(client);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "late")
            {
                Assert.DoesNotContain("Content-Length", line, StringComparison.Ordinal);
            }
        }

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_socket_that_a_crash_left_behind_is_replaced()
    {
        var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(Path));
        File.Move(Path, Path + "2"); // closing takes the file away
        left.Dispose();
        File.Move(Path + "2", Path);
        Start();
        Assert.StartsWith("HTTP/1.1 200", await AskAsync("GET / HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_at_which_someone_answers_is_left_alone()
    {
        Start();
        var refused = Assert.Throws<IOException>(() => EndpointListener.AtPath(Path));
        Assert.Contains("another process answers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_its_place_is_left_alone()
    {
        File.WriteAllText(Path, "precious");
        Assert.ThrowsAny<Exception>(() => EndpointListener.AtPath(Path));
        Assert.Equal("precious", File.ReadAllText(Path));
    }

    [Fact]
    public async Task Over_tcp_a_question_is_not_private()
    {
        _listener = EndpointListener.AtUrl(new Uri("http://127.0.0.1:0"));
        Run(isPrivate: false);
        using var client = new HttpClient();
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        var url = new Uri($"http://127.0.0.1:{port}/metrics");
        Assert.Equal("you asked /metrics\n", await client.GetStringAsync(url, TestContext.Current.CancellationToken));
        Assert.False(_asked[0].IsPrivate);
    }

    [Theory]
    [InlineData("Host: 127.0.0.1:9464", 200)]
    [InlineData("host:localhost", 200)]
    [InlineData("Host: LOCALHOST.:19464", 200)]
    [InlineData("Host: [::1]:9464", 200)]
    [InlineData("Host: evil.example", 421)]
    [InlineData("Host: evil.example:9464", 421)]
    [InlineData("Host: localhost.evil.example", 421)]
    [InlineData("Host: 127.0.0.1.evil.example", 421)]
    [InlineData("Host: 10.1.2.3", 421)]
    [InlineData("Host: localhost@evil.example", 421)]
    [InlineData("Host: [::1].evil.example", 421)]
    [InlineData("Host:", 421)]
    [InlineData("Host: localhost\r\nHost: evil.example", 400)]
    [InlineData("X: y", 400)]
    public async Task Over_tcp_only_its_own_host_is_answered(string header, int status)
    {
        _listener = EndpointListener.AtUrl(new Uri("http://127.0.0.1:0"));
        Run(isPrivate: false);
        var answer = await AskAsync($"GET /status HTTP/1.1\r\n{header}\r\n\r\n", await ConnectTcpAsync());
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, _asked.Count);
    }

    [Fact]
    public async Task A_thousand_who_ask_nothing_keep_nobody_out()
    {
        _listener = EndpointListener.AtUrl(new Uri("http://127.0.0.1:0"));
        Run(isPrivate: false);
        var silent = new List<Socket>();
        try
        {
            for (var client = 0; client < 1000; client++)
            {
                silent.Add(await ConnectTcpAsync());
            }

            // The clock stands still: nobody is sent away for being slow.
            var answer = await AskAsync("GET /healthz HTTP/1.0\r\n\r\n", await ConnectTcpAsync());
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    private async Task<Socket> ConnectTcpAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_listener!.LocalEndPoint!, TestContext.Current.CancellationToken);
        return client;
    }

    private void Start()
    {
        _listener = EndpointListener.AtPath(Path);
        Run(isPrivate: true);
    }

    private void Run(bool isPrivate) => _ = new EndpointServer(
        _listener!,
        isPrivate ? null : new EndpointHosts(new Uri("http://127.0.0.1:9464")),
        request =>
        {
            _asked.Add(request);
            return _answer(request);
        },
        _time).RunAsync(_stop.Token);

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Path), TestContext.Current.CancellationToken);
        return client;
    }

    private async Task<string> AskAsync(string text) => await AskAsync(text, await ConnectAsync());

    private static async Task<string> AskAsync(string text, Socket to)
    {
        using var client = to;
        await client.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
