using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Page;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>Measures the page on a real lake, for bench/README.md (<c>bench/lake/page.sh</c>). No limit is asserted.</summary>
[Trait("needs", "chromium")]
public sealed class PageFigures
{
    private const int Times = 20;

    [Fact]
    public async Task First_paint_and_answers()
    {
        var directory = Environment.GetEnvironmentVariable("ORDER_LAKE_MEASURED");
        Assert.SkipWhen(directory is null, "name the directory of a lake in ORDER_LAKE_MEASURED");
        await using var browser = await Browser.StartAsync();
        var cache = new Lake(directory!, new TransformOptions(), TimeProvider.System).Answers();
        var state = new PageState(cache, directory!, null, TimeProvider.System);
        var reading = Stopwatch.StartNew();
        state.RefreshAnswers();
        Tell("read for the first time", [reading.Elapsed.TotalMilliseconds]);
        await using var server = await PageServer.StartAsync(state, new IPEndPoint(IPAddress.Loopback, 0), null);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var path in new[] { "content", "content?country=United%20Kingdom" })
        {
            var took = new List<double>();
            for (var time = 0; time < Times; time++)
            {
                var watch = Stopwatch.StartNew();
                await http.GetStringAsync(new Uri(server.Address, path));
                took.Add(watch.Elapsed.TotalMilliseconds);
            }

            Tell(path, took);
        }

        var paints = new List<double>();
        var bytes = 0.0;
        for (var time = 0; time < Times / 2; time++)
        {
            var tab = await browser.OpenAsync(server.Address, 1280, 900);
            await tab.Page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
            paints.Add(await tab.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            bytes = await tab.Page.EvaluateAsync<double>(
                "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)");
            Assert.NotEmpty(await tab.SizesAsync("#hours rect")); // the charts are in it
            await tab.Page.CloseAsync();
        }

        Tell("first paint, with its charts", paints);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bytes: {bytes:F0}"));
    }

    private static void Tell(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {milliseconds[milliseconds.Count / 2]:F1} ms ({milliseconds[0]:F1} - {milliseconds[^1]:F1})"));
    }
}
