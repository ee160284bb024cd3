using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>The page that <c>tailshipper page</c> shows: what it may do, who may see it, and what is on it in a real browser.</summary>
public sealed partial class PageTests
{
    private static readonly string[] Files = ["", "page.css", "page.js"];

    [Fact]
    public async Task Only_who_has_the_whole_address_is_answered_and_every_answer_is_restricted()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("served at");
        using var page = Open(scene);
        var url = await AddressAsync(page);
        using var http = new HttpClient();
        foreach (var file in (string[])[.. Files, "status", "history"])
        {
            using var answer = await http.GetAsync(new Uri(url, file));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.DoesNotMatch("https?://(?!127\\.0\\.0\\.1|www\\.w3\\.org/2000/svg)", await answer.Content.ReadAsStringAsync());
        }

        foreach (var path in (string[])["/", "/status", "/" + new string('0', 32) + "/", "/" + new string('0', 32) + "/status", "/metrics"])
        {
            using var refused = await http.GetAsync(new Uri(url, path));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using var level = await http.PostAsync(new Uri(url, "loglevel?level=Debug"), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, level.StatusCode);
        using var metrics = await http.GetAsync(new Uri(url, "metrics"));
        Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
        using var tap = await http.GetAsync(new Uri(url, "tap?flow=orders"));
        Assert.Equal(HttpStatusCode.NotFound, tap.StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, url);
        rebound.Headers.Host = "evil.example";
        using var misdirected = await http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);

        page.Signal(Posix.Interrupt);
        Assert.Equal(0, await page.ExitAsync());
    }

    [Fact]
    public async Task Each_page_has_another_word_and_shows_a_service_that_is_down_too()
    {
        using var scene = await Scene.StartAsync();
        using var first = Open(scene);
        using var second = Open(scene);
        var (one, other) = (await AddressAsync(first), await AddressAsync(second));
        Assert.Matches("^/[0-9a-f]{32}/$", one.AbsolutePath);
        Assert.NotEqual(one.AbsolutePath, other.AbsolutePath);
        using var http = new HttpClient();
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(one, "status")));
        Assert.Equal("down", status.RootElement.GetProperty("health").GetString());
    }

    [Fact]
    public async Task A_browser_shows_flows_plots_files_and_messages_in_any_width_and_light_without_complaint()
    {
        Assert.SkipWhen(Browser.Program is null, "no browser is installed: apt-get install chromium");
        using var scene = await Scene.StartAsync(["orders"]);
        scene.Settings.AddFlow("orders", scene.Log("app*.log"), "orders");
        scene.Settings.AddFlow("audit", scene.Log("audit*.log"), "missing");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await File.WriteAllTextAsync(scene.Log("audit<script>alert(1)<b>.log"), "three\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("the service cannot take records");
        using var page = Open(scene);
        var url = await AddressAsync(page);
        foreach (var (width, dark) in ((int, bool)[])[(1200, false), (390, true)])
        {
            var (document, complaints) = await Browser.OpenAsync(url.ToString(), scene.Directory.At("profile"), width, dark);
            Assert.Equal("", complaints);
            Assert.Contains("role=\"status\" class=\"degraded\">degraded</strong>", document, StringComparison.Ordinal);
            Assert.Contains("Create the delivery stream missing", document, StringComparison.Ordinal);
            Assert.Equal(4, Plot().Count(document)); // rate and lag of two flows
            Assert.Contains(scene.Log("app.log"), document, StringComparison.Ordinal);
            Assert.Contains("audit&lt;script&gt;alert(1)&lt;b&gt;.log", document, StringComparison.Ordinal);
            Assert.Contains("WARNING 2106", document, StringComparison.Ordinal);
            Assert.Contains("2 files", document, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_browser_finds_a_line_that_was_delivered_in_the_page_of_the_local_firehose()
    {
        Assert.SkipWhen(Browser.Program is null, "no browser is installed: apt-get install chromium");
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "{\"order\":536364}\n{\"order\":536365,\"text\":\"<b>\"}\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        var (document, complaints) = await Browser.OpenAsync(scene.Firehose.Url + "/#536365", scene.Directory.At("profile"), 390);
        Assert.Equal("", complaints);
        Assert.Contains("1 line with “536365”", document, StringComparison.Ordinal);
        Assert.Contains("<code>{\"order\":536365,\"text\":\"&lt;b&gt;\"}</code>", document, StringComparison.Ordinal);
        Assert.Contains(">orders</td>", document, StringComparison.Ordinal);
    }

    private static ServiceProcess Open(Scene scene) => new("tailshipper", ["page", .. scene.Configuration()], scene.Environment);

    private static async Task<Uri> AddressAsync(ServiceProcess page)
    {
        await Eventually.TrueAsync(
            "the address is printed", () => Task.FromResult(Address().IsMatch(page.Output)), () => page.Output + page.Evidence());
        return new Uri(Address().Match(page.Output).Value);
    }

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]+/")]
    private static partial Regex Address();

    [GeneratedRegex("<svg ")]
    private static partial Regex Plot();
}
