using Microsoft.Playwright;
using Xunit;

namespace Shipper.OrderLake.Tests.Support;

/// <summary>The machine's own Chromium, without a window.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts it, or skips the test where there is none.</summary>
    public static async Task<Browser> StartAsync()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "chromium is not installed: apt-get install chromium");
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
            Timeout = 240_000, // ends a test that hangs, and says nothing about speed
        }));
    }

    /// <summary>Opens a tab that notes what goes wrong in it, and every request to elsewhere.</summary>
    public async Task<Tab> OpenAsync(Uri address, int width, int height, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        page.SetDefaultTimeout(240_000);
        var tab = new Tab(page, address);
        await page.GotoAsync(address.AbsoluteUri);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>A tab.</summary>
internal sealed class Tab
{
    private readonly List<string> _troubles = [];

    public Tab(IPage page, Uri address)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Note(true, error);
        page.RequestFailed += (_, request) => Note(request.Failure != "net::ERR_ABORTED", $"{request.Url}: {request.Failure}");
        page.Request += (_, request) => Note(!request.Url.StartsWith(address.AbsoluteUri, StringComparison.Ordinal), request.Url);
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Url}: {response.Status}");
    }

    public IPage Page { get; }

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_troubles)
            {
                return [.. _troubles];
            }
        }
    }

    /// <summary>What a selector finds.</summary>
    public ILocator Find(string selector) => Page.Locator(selector);

    /// <summary>An element with a text.</summary>
    public ILocator Find(string selector, string text) => Page.Locator(selector, new PageLocatorOptions { HasText = text });

    /// <summary>Waits until an element has a text.</summary>
    public Task HasTextAsync(string selector, string text) => Page.WaitForFunctionAsync(
        "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)", new[] { selector, text });

    /// <summary>Sizes of what a selector finds, in pixels.</summary>
    public Task<double[][]> SizesAsync(string selector) => Page.EvaluateAsync<double[][]>(
        "selector => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])", selector);

    private void Note(bool isTrouble, string text)
    {
        if (isTrouble)
        {
            lock (_troubles)
            {
                _troubles.Add(text);
            }
        }
    }
}
