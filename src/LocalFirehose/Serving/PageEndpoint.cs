using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Browsing;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Serving;

/// <summary>
/// A page for a person: streams, objects, faults, and a search in what was delivered. Calls of the API are POSTs, so that GET / is free.
/// Only this machine is answered, and only under its own name: a page of another host must not read it through a browser.
/// </summary>
internal sealed class PageEndpoint(StreamRegistry streams, CurrentFaults faults, DeliveredObjects objects, TimeProvider time)
{
    /// <summary>Prefix of what the page asks for.</summary>
    public const string Root = "/page";

    private const int MostObjects = 50;
    private const int MostLines = 50;

    /// <summary>True when a request is for the page.</summary>
    public static bool IsFor(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path.Value is "/" or "/page.css" or "/page.js" || request.Path.StartsWithSegments(Root, StringComparison.Ordinal));

    /// <summary>Answers.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        context.Response.Headers.CacheControl = "no-store";
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote)
            || context.Request.Host.Host.Trim('[', ']') is not ("localhost" or "127.0.0.1" or "::1"))
        {
            return AdminEndpoint.AnswerAsync(context, 421, new AdminProblem(["Ask for localhost or 127.0.0.1, on this machine."]));
        }

        return context.Request.Path.Value switch
        {
            "/" => FileAsync(context, "index.html", "text/html; charset=utf-8"),
            "/page.css" => FileAsync(context, "page.css", "text/css; charset=utf-8"),
            "/page.js" => FileAsync(context, "page.js", "text/javascript; charset=utf-8"),
            Root + "/state" => AdminEndpoint.AnswerAsync(context, 200, State()),
            Root + "/search" => SearchAsync(context),
            _ => AdminEndpoint.AnswerAsync(context, 404, new AdminProblem(["There are /, /page/state and /page/search?text=…"])),
        };
    }

    private PageState State()
    {
        var (total, newest) = objects.List(MostObjects);
        return new PageState(
            [.. streams.All.OrderBy(stream => stream.Definition.Name, StringComparer.Ordinal).Select(stream => new PageStream(
                stream.Definition.Name, stream.Definition.Destination.Bucket, stream.Definition.Destination.Prefix,
                stream.OpenBytes, stream.Counters.Read()))],
            total,
            newest,
            faults.Plan.Options,
            faults.Plan.IsOutage(time.GetUtcNow()));
    }

    private async Task SearchAsync(HttpContext context)
    {
        var text = context.Request.Query["text"].ToString();
        if (text.Length == 0)
        {
            await AdminEndpoint.AnswerAsync(context, 400, new AdminProblem(["Say what to search for: /page/search?text=536365"]));
            return;
        }

        var most = int.TryParse(context.Request.Query["most"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, MostLines) : MostLines;
        var found = await Task.Run(() => objects.Search(text, most, context.RequestAborted), context.RequestAborted);
        await AdminEndpoint.AnswerAsync(context, 200, found);
    }

    private static async Task FileAsync(HttpContext context, string name, string type)
    {
        await using var file = typeof(PageEndpoint).Assembly.GetManifestResourceStream($"page/{name}")!;
        context.Response.ContentType = type;
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

/// <summary>What the page shows.</summary>
/// <param name="Streams">Every stream, by name.</param>
/// <param name="ObjectsTotal">How many objects there are.</param>
/// <param name="Objects">The newest.</param>
/// <param name="Faults">What goes wrong on purpose.</param>
/// <param name="Outage">Whether an outage is injected now.</param>
internal sealed record PageState(
    IReadOnlyList<PageStream> Streams, int ObjectsTotal, IReadOnlyList<DeliveredObject> Objects, FaultOptions Faults, bool Outage);

/// <summary>One stream.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bucket">Where its objects go.</param>
/// <param name="Prefix">The object prefix; null for the usual.</param>
/// <param name="WaitingBytes">Bytes accepted that are not an object yet.</param>
/// <param name="Counters">Since the start.</param>
internal sealed record PageStream(string Name, string Bucket, string? Prefix, long WaitingBytes, CounterValues Counters);
