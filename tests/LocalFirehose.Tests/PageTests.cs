using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Shipper.LocalFirehose.Browsing;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>The page: "is order 536365 there?"</summary>
public sealed class PageTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/page.css", "text/css; charset=utf-8")]
    [InlineData("/page.js", "text/javascript; charset=utf-8")]
    [InlineData("/page/state", "application/json")]
    public async Task It_is_served_with_restrictions_and_loads_nothing_from_elsewhere(string path, string type)
    {
        using var answer = await GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.StartsWith(
            "default-src 'none';", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("http:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_host_reads_nothing_through_a_browser()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Host.Url + "/page/state");
        request.Headers.Host = "evil.example";
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task It_shows_streams_what_waits_objects_and_faults()
    {
        await _server.PutAsync("one\n", "two\n");
        var state = await JsonAsync("/page/state");
        var stream = Assert.Single(state.GetProperty("Streams").EnumerateArray());
        Assert.Equal(("orders", "lake", 8), (
            stream.GetProperty("Name").GetString(), stream.GetProperty("Bucket").GetString(),
            stream.GetProperty("WaitingBytes").GetInt32()));
        Assert.Equal(0, state.GetProperty("ObjectsTotal").GetInt32());
        await _server.FlushAsync();
        await _server.FaultsAsync("""{"LatencyMs":7}""");
        state = await JsonAsync("/page/state");
        Assert.Equal(1, state.GetProperty("ObjectsTotal").GetInt32());
        Assert.StartsWith("lake/", state.GetProperty("Objects")[0].GetProperty("Key").GetString(), StringComparison.Ordinal);
        Assert.Equal(7, state.GetProperty("Faults").GetProperty("LatencyMs").GetInt32());
    }

    [Fact]
    public async Task A_line_is_found_once_it_is_delivered()
    {
        await _server.PutAsync("{\"order\":536364}\n", "{\"order\":536365,\"text\":\"ä&b\"}\n");
        Assert.Empty((await JsonAsync("/page/search?text=536365")).GetProperty("Lines").EnumerateArray());
        await _server.FlushAsync();
        var found = await JsonAsync("/page/search?text=" + Uri.EscapeDataString("ä&b"));
        var line = Assert.Single(found.GetProperty("Lines").EnumerateArray());
        Assert.Equal(
            ("{\"order\":536365,\"text\":\"ä&b\"}", 2),
            (line.GetProperty("Text").GetString(), line.GetProperty("Line").GetInt32()));
        Assert.True(found.GetProperty("IsComplete").GetBoolean());
        using var nothing = await GetAsync("/page/search");
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    [Fact]
    public void A_line_is_found_wherever_reads_end_also_in_gzip()
    {
        var text = new StringBuilder();
        for (var line = 1; line <= 200_000; line++)
        {
            text.Append("line ").Append(line).Append(line % 50_000 == 0 ? " needle\n" : "\n");
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        Assert.Equal([50_000, 100_000, 150_000, 200_000], Find(bytes, "needle"));
        var directory = Directory.CreateTempSubdirectory("local-firehose-search-");
        try
        {
            using (var file = File.Create(Path.Join(directory.FullName, "object.gz")))
            using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            {
                gzip.Write(bytes);
            }

            var answer = new DeliveredObjects(directory.FullName).Search("needle", 3, CancellationToken.None);
            Assert.Equal([50_000L, 100_000, 150_000], answer.Lines.Select(line => line.Line));
            Assert.Equal("line 50000 needle", answer.Lines[0].Text);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(262_140)]
    [InlineData(262_144)]
    [InlineData(600_000)]
    public void A_match_in_a_line_longer_than_a_read_is_found_once_and_cut(int before)
    {
        var found = new List<FoundLine>();
        var bytes = Encoding.UTF8.GetBytes($"first\n{new string('x', before)}needle{new string('y', 600_000)}\nlast\n");
        using var stream = new MemoryStream(bytes);
        DeliveredObjects.Search(stream, "needle"u8.ToArray(), 10, long.MaxValue, "key", found);
        var line = Assert.Single(found);
        Assert.Equal(2, line.Line);
        Assert.Contains("needle", line.Text, StringComparison.Ordinal);
        Assert.InRange(line.Text.Length, 1, DeliveredObjects.ShownBytes + 2);
    }

    private static IEnumerable<int> Find(byte[] bytes, string text)
    {
        var found = new List<FoundLine>();
        using var stream = new MemoryStream(bytes);
        DeliveredObjects.Search(stream, Encoding.UTF8.GetBytes(text), 100, long.MaxValue, "key", found);
        return found.Select(line => (int)line.Line);
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        Http.GetAsync(new Uri(_server.Host.Url + path), TestContext.Current.CancellationToken);

    private async Task<JsonElement> JsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }
}
