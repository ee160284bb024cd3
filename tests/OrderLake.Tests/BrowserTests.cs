using System.Net;
using Microsoft.Playwright;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Page;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The page in a real browser.</summary>
[Trait("needs", "chromium")]
public sealed class BrowserTests : IAsyncLifetime
{
    private static readonly string[] Countries =
    [
        "United Kingdom", "Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium", "Switzerland", "Portugal", "Australia", "Norway",
        "Italy", "Japan", "USA", "A/B & <i>c</i>",
    ];

    private readonly TemporaryLake _lake = new();
    private readonly CancellationTokenSource _stop = new();
    private PageServer? _server;
    private Task _running = Task.CompletedTask;

    private string Status => Path.Join(_lake.Root, "status.json");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _stop.Dispose();
        _lake.Dispose();
    }

    [Fact]
    public async Task Charts_are_drawn_and_the_page_keeps_itself_up_to_date_and_answers_clicks()
    {
        await using var browser = await Browser.StartAsync();
        await FillAsync("a", 300);
        WriteStatus(1000);
        var tab = await browser.OpenAsync(await ServeAsync(), 1280, 900);
        await tab.HasTextAsync("#answers", "300");

        // What is drawn has a size.
        await tab.HasTextAsync("[data-card=written]", "1,000");
        foreach (var (selector, least) in new[] { ("#regions .bar rect", 5), ("#countries > .bars .bar rect", 12), ("#dates rect", 9) })
        {
            var sizes = await tab.SizesAsync(selector);
            Assert.True(sizes.Length >= least, $"{selector}: {sizes.Length}");
            Assert.All(sizes, size => Assert.True(size[0] > 0 && size[1] > 0, selector));
        }

        Assert.Equal(24, (await tab.SizesAsync("#hours rect")).Length);
        Assert.Contains(await tab.SizesAsync("#hours rect"), size => size[1] > 50);
        await tab.Page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('#pipeline polyline')]"
            + ".filter(line => line.getBoundingClientRect().width > 0).length === 3");
        Assert.Equal(10, await tab.Find("#top tbody tr").CountAsync());

        // Without a reload: the pipeline, and the tables.
        await tab.Page.EvaluateAsync("window.mark = 1");
        WriteStatus(2345);
        await tab.HasTextAsync("[data-card=written]", "2,345");
        await FillAsync("b", 100);
        await tab.HasTextAsync("#answers", "400");
        Assert.Equal(1, await tab.Page.EvaluateAsync<int>("window.mark"));

        // A country and back; a name that looks like markup is a name.
        await tab.Find("#countries a", "France").ClickAsync();
        await tab.HasTextAsync("#dates h2", "Revenue by date: France");
        Assert.EndsWith("/?country=France", tab.Page.Url, StringComparison.Ordinal);
        Assert.Equal("France", await tab.Find("#countries .chosen .name").TextContentAsync());
        await tab.Page.GoBackAsync();
        await tab.HasTextAsync("#dates h2", "all countries");
        await tab.Find("#more-countries summary").ClickAsync();
        await tab.Find("#countries a", "A/B").ClickAsync();
        await tab.HasTextAsync("#dates h2", "Revenue by date: A/B & <i>c</i>");
        Assert.True(await tab.Find("#more-countries").EvaluateAsync<bool>("details => details.open"));
        await tab.Find("#all-countries").ClickAsync();
        await tab.HasTextAsync("#dates h2", "all countries");

        // Pause stops it.
        await tab.Find("#pause").ClickAsync();
        Assert.Equal("true", await tab.Find("#pause").GetAttributeAsync("aria-pressed"));
        Assert.Equal("Continue", await tab.Find("#pause").TextContentAsync());
        await tab.Find("#pause").ClickAsync();
        WriteStatus(7777);
        await tab.HasTextAsync("[data-card=written]", "7,777");
        Assert.Empty(tab.Troubles);
    }

    [Fact]
    public async Task It_is_dark_or_light_as_the_machine_or_the_button_says()
    {
        await using var browser = await Browser.StartAsync();
        await FillAsync("a", 30);
        var address = await ServeAsync();
        var tab = await browser.OpenAsync(address, 1280, 900);
        Assert.Equal("rgb(246, 247, 249)", await BackAsync(tab));
        await tab.Find("#theme").ClickAsync();
        Assert.Equal("Theme: dark", await tab.Find("#theme").TextContentAsync());
        Assert.Equal("rgb(13, 17, 23)", await BackAsync(tab));
        await tab.Page.ReloadAsync();
        Assert.Equal("rgb(13, 17, 23)", await BackAsync(tab));
        await tab.Find("#theme").ClickAsync();
        Assert.Equal("rgb(246, 247, 249)", await BackAsync(tab));
        Assert.Empty(tab.Troubles);

        var dark = await browser.OpenAsync(address, 1280, 900, ColorScheme.Dark);
        Assert.Equal("rgb(13, 17, 23)", await BackAsync(dark));
        Assert.Empty(dark.Troubles);
    }

    [Theory]
    [InlineData(390, 844)]
    [InlineData(320, 568)]
    public async Task It_fits_a_phone(int width, int height)
    {
        await using var browser = await Browser.StartAsync();
        await FillAsync("a", 300);
        WriteStatus(1_234_567_890);
        var tab = await browser.OpenAsync(await ServeAsync(), width, height);
        await tab.HasTextAsync("#answers", "300");
        await tab.HasTextAsync("[data-card=written]", "1,234,567,890");
        Assert.Equal(width, await tab.Page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, innerWidth)"));
        Assert.All(await tab.SizesAsync("section"), size => Assert.True(size[0] <= width));
        Assert.All(await tab.SizesAsync("#countries > .bars .bar"), size => Assert.True(size[0] >= 40, $"{size[0]}"));
        Assert.Empty(tab.Troubles);
    }

    [Fact]
    public async Task It_says_so_when_there_is_no_table_and_when_the_program_is_gone()
    {
        await using var browser = await Browser.StartAsync();
        var tab = await browser.OpenAsync(await ServeAsync(), 1280, 900);
        await tab.HasTextAsync("#answers", "order-lake transform history");
        await FillAsync("a", 30);
        await tab.HasTextAsync("#regions", "Europe"); // sections appear where they belong
        Assert.Equal(
            ["trouble", "pipeline", "answers", "regions", "hours", "countries", "dates", "top", "quality"],
            await tab.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('section')].map(section => section.id)"));
        Assert.Empty(tab.Troubles);
        Assert.False(await tab.Find("#offline").IsVisibleAsync());

        await _server!.DisposeAsync();
        _server = null;
        await tab.Find("#offline").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Visible });
        Assert.True(await tab.Find("#regions").IsVisibleAsync());
    }

    [Fact]
    public async Task A_token_is_asked_for_and_opens_the_page()
    {
        await using var browser = await Browser.StartAsync();
        await FillAsync("a", 30);
        var tab = await browser.OpenAsync(await ServeAsync("0123456789abcdef"), 1280, 900);
        await tab.Find("input[name=token]").FillAsync("wrong");
        await tab.Find("form button").ClickAsync();
        await tab.HasTextAsync("main", "That was not the token.");
        await tab.Find("input[name=token]").FillAsync("0123456789abcdef");
        await tab.Find("form button").ClickAsync();
        await tab.HasTextAsync("#answers", "30");
        await tab.HasTextAsync("#regions", "Europe");
    }

    private static Task<string> BackAsync(Tab tab) => tab.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private async Task<Uri> ServeAsync(string? token = null)
    {
        var state = new PageState(
            new Lake(_lake.Lake, new TransformOptions(), TimeProvider.System).Answers(), _lake.Lake, Status, TimeProvider.System);
        state.RefreshAnswers();
        _server = await PageServer.StartAsync(state, new IPEndPoint(IPAddress.Loopback, 0), token);
        _running = state.RunAsync(_stop.Token);
        return _server.Address;
    }

    private async Task FillAsync(string name, int lines)
    {
        _lake.Put(name, string.Concat(Enumerable.Range(0, lines).Select(line => OrderLine.With(
            ("Quantity", $"{1 + (line % 9)}"),
            ("InvoiceDate", $"\"2010-12-{1 + (line % 9):D2} {8 + (line % 7):D2}:26:00\""),
            ("Country", System.Text.Json.JsonSerializer.Serialize(Countries[line % Countries.Length]))) + "\n")));
        await _lake.TransformAsync();
    }

    private void WriteStatus(long written) => new PipelineStatus
    {
        At = TimeProvider.System.GetUtcNow(),
        Phase = "writing",
        Written = new(written, written * 200, 1000),
        Shipped = new(written - 10, written * 200, 990),
        Delivered = new(written - 100, written * 200, 500),
        BilledPerRaw = 1.4,
    }.Write(Status);
}
