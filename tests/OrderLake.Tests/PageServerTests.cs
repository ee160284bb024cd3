using System.Net;
using System.Net.Http.Headers;
using Shipper.OrderLake.Commands;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Page;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The page over HTTP, and the answers behind it.</summary>
public sealed class PageServerTests : IAsyncDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly TemporaryLake _lake = new();
    private PageState? _state;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = true });
    private PageServer? _page;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_page is not null)
        {
            await _page.DisposeAsync();
        }

        _lake.Dispose();
    }

    [Fact]
    public async Task An_answer_says_where_things_may_come_from_and_that_it_must_not_be_kept()
    {
        var address = await ServeAsync();
        using var answer = await _http.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.False(answer.Headers.Contains("Server"));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/page.js", "text/javascript", 2000)]
    [InlineData("/page.css", "text/css", 2000)]
    [InlineData("/icon.svg", "image/svg+xml", 50)]
    public async Task What_the_page_needs_is_in_the_program(string path, string type, int least)
    {
        var address = await ServeAsync();
        using var answer = await _http.GetAsync(new Uri(address, path));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.True((await answer.Content.ReadAsByteArrayAsync()).Length >= least);
    }

    [Theory]
    [InlineData("GET", "/none", HttpStatusCode.NotFound)]
    [InlineData("GET", "/../page.js", HttpStatusCode.OK)] // the client makes it /page.js
    [InlineData("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    public async Task There_is_one_page_that_can_only_be_read(string method, string path, HttpStatusCode expected)
    {
        var address = await ServeAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, path));
        using var answer = await _http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:99", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Without_a_token_a_name_of_somebody_else_that_leads_here_opens_nothing(string host, HttpStatusCode expected)
    {
        var address = await ServeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = host;
        using var answer = await _http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task With_a_token_nothing_is_shown_without_it()
    {
        var address = await ServeAsync(Token);
        foreach (var path in new[] { "", "content", "?token=" + Token })
        {
            using var refused = await _http.GetAsync(new Uri(address, path));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.DoesNotContain(_lake.Lake, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var wrong = await SendTokenAsync(address, Token + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("That was not the token.", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var still = await _http.GetAsync(address);
        Assert.Equal(HttpStatusCode.Unauthorized, still.StatusCode);

        using var right = await SendTokenAsync(address, Token);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);
        using var open = await _http.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task A_program_sends_the_token_in_a_header()
    {
        var address = await ServeAsync(Token);
        foreach (var (token, expected) in new[] { (Token, HttpStatusCode.OK), ("another-token-0000", HttpStatusCode.Unauthorized) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await _http.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_in_the_data_is_text_on_the_page()
    {
        _lake.Put("a", OrderLine.With(("Description", "\"<script>alert(1)</script>\""), ("Country", "\"<b>&\\\"'x\"")) + "\n");
        await _lake.TransformAsync();
        var html = await _http.GetStringAsync(await ServeAsync());
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>&", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_states_without_data_say_what_to_do()
    {
        Assert.Contains("Reading the lake for the first time", await _http.GetStringAsync(await ServeAsync()), StringComparison.Ordinal);
        Assert.Contains("dotnet run --project src/LocalPipeline", await ShownAsync(), StringComparison.Ordinal);
        Assert.Contains("order-lake transform history --raw DIR --lake", await ShownAsync(), StringComparison.Ordinal);

        _lake.Put("a", OrderLine.With(("Quantity", "0")) + "\n");
        await _lake.TransformAsync();
        Assert.Contains("No order line was kept: the reasons are below", await ShownAsync(), StringComparison.Ordinal);
        Assert.Contains("left out: quantity not positive", await ShownAsync(), StringComparison.Ordinal);

        File.WriteAllText(Path.Join(_lake.Tables, LakeState.FileName), "{");
        Assert.Contains("make the lake again from its raw objects", await ShownAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_that_says_nothing_for_ten_seconds_is_named()
    {
        var file = Path.Join(_lake.Root, "status.json");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero));
        var state = new PageState(Cache(), _lake.Lake, file, time);
        _page = await PageServer.StartAsync(state, new IPEndPoint(IPAddress.Loopback, 0), token: null);
        async Task<string> Shown()
        {
            state.RefreshPipeline();
            return await _http.GetStringAsync(new Uri(_page.Address, "content"));
        }

        Assert.Contains("has not said anything yet", await Shown(), StringComparison.Ordinal);
        var status = new PipelineStatus
        {
            At = time.GetUtcNow(),
            Phase = "writing",
            Written = new(1234, 99, 55),
            BilledPerRaw = 1.5,
            Reason = "no route <to> host",
        };
        status.Write(file);
        var shown = await Shown();
        Assert.Contains(">1,234</strong>", shown, StringComparison.Ordinal);
        Assert.Contains("no route &lt;to&gt; host", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("said nothing since", shown, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Contains("said nothing since 08:00:00 UTC", await Shown(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_those_of_the_queries_after_every_run()
    {
        var cache = Cache();
        for (var run = 1; run <= 20; run++)
        {
            _lake.Put($"a{run}", string.Concat(Enumerable.Range(0, 20).Select(line => OrderLine.With(
                ("Quantity", $"{(line * run) % 7}"),
                ("UnitPrice", $"{line}.5{run % 10}"),
                ("InvoiceDate", $"\"2010-12-0{1 + (line % 3)} {10 + (line % 5)}:26:00\""),
                ("Description", line % 4 == 0 ? "\"\"" : "\"CUP\""),
                ("Country", line % 5 == 0 ? "\"\"" : line % 2 == 0 ? "\"France\"" : "\"A/B\"")) + "\n")) + "{oops\n");
            await _lake.TransformAsync(new TransformOptions { CompactFiles = 3 });
            var answers = cache.Read();
            Assert.Equal(run, answers.Run);
            Same("select sum(totalamount), sum(totalamountusd), count(*) from {orders}", Of(answers.Total));
            Same(
                "select coalesce(country, ''), sum(totalamount), sum(totalamountusd), count(*) from {orders} group by 1 order by 2 desc",
                [.. answers.Countries.Select(row => $"{row.Name}|{Of(row.Figure)}")]);
            Same(
                "select region, sum(totalamount), sum(totalamountusd), count(*) from {orders} group by 1 order by 2 desc",
                [.. answers.Regions.Select(row => $"{row.Name}|{Of(row.Figure)}")]);
            Same(
                "select invoicedateonly, sum(totalamount), sum(totalamountusd), count(*) from {orders} "
                + "where country = 'France' group by 1 order by 1",
                [.. answers.Dates("France").Select(row => $"{row.Date.ToString("MM/dd/yyyy", null)}|{Of(row.Figure)}")]);
            Same(
                "select invoicehour, sum(totalamount), sum(totalamountusd), count(*) from {orders} group by 1 order by 1",
                [.. answers.Hours.Select((hour, index) => (hour, index)).Where(row => row.hour.Lines > 0)
                    .Select(row => $"{row.index}|{Of(row.hour)}")]);
            Same(
                "select totalamount, orderid from {orders} order by totalamount desc, orderid, invoicedateonly limit 10",
                [.. answers.Top.Select(order => FormattableString.Invariant($"{order.Amount:0.###}|{order.OrderId}"))]);
            Same(
                "select reason, count(*) from {rejects} group by 1 order by 2 desc, 1",
                [.. answers.Rejects.Select(row => FormattableString.Invariant($"{row.Reason}|{row.Count}"))]);
            Same("select count(*) from {orders} where country is null", FormattableString.Invariant($"{answers.WithoutCountry}"));
            Same(
                "select count(*) from {orders} where trim(description) = ''",
                FormattableString.Invariant($"{answers.WithoutDescription}"));
            Same("select sum(records), count(*) from {objects}", FormattableString.Invariant($"{answers.Records}|{answers.Objects}"));
        }
    }

    [Theory]
    [InlineData(2, "--listen", "0.0.0.0:0")]
    [InlineData(2, "--listen", "127.0.0.1")]
    [InlineData(2, "--listen", "example.com:80")]
    [InlineData(2, "--listen", "127.0.0.1:99999")]
    [InlineData(66, "--listen", "0.0.0.0:0", "--token-file", "/no/such/file")]
    public async Task An_address_for_other_machines_needs_a_token(int expected, params string[] arguments) => Assert.Equal(
        expected, await CommandRun.InvokeAsync(["serve", "--lake", _lake.Lake, .. arguments]));

    [Fact]
    public async Task A_token_that_can_be_guessed_is_refused_and_an_address_in_use_is_named()
    {
        var file = Path.Join(_lake.Root, "token");
        File.WriteAllText(file, "short\n");
        Assert.Equal(2, await CommandRun.InvokeAsync("serve", "--lake", _lake.Lake, "--listen", "0.0.0.0:0", "--token-file", file));
        var address = await ServeAsync();
        Assert.Equal(73, await CommandRun.InvokeAsync("serve", "--lake", _lake.Lake, "--listen", $"127.0.0.1:{address.Port}"));
    }

    private static string Of(Figure figure) =>
        FormattableString.Invariant($"{figure.Revenue:0.###}|{figure.RevenueUsd:0.######}|{figure.Lines}");

    private void Same(string sql, params string[] shown) => Assert.Equal(_lake.Ask(sql), shown);

    private AnswerCache Cache() => new Lake(_lake.Lake, new TransformOptions(), TimeProvider.System).Answers();

    private async Task<Uri> ServeAsync(string? token = null)
    {
        _state = new PageState(Cache(), _lake.Lake, pipelinePath: null, TimeProvider.System);
        _page = await PageServer.StartAsync(_state, new IPEndPoint(IPAddress.Loopback, 0), token);
        if (Directory.Exists(_lake.Lake))
        {
            _state.RefreshAnswers();
        }

        return _page.Address;
    }

    private async Task<string> ShownAsync()
    {
        _state!.RefreshAnswers();
        return await _http.GetStringAsync(new Uri(_page!.Address, "content"));
    }

    private async Task<HttpResponseMessage> SendTokenAsync(Uri address, string token)
    {
        using var form = new FormUrlEncodedContent([new("token", token)]);
        return await _http.PostAsync(new Uri(address, "token"), form);
    }
}
