using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Page;

/// <summary>
/// Serves the page. It is rendered here, charts included, so a browser shows all of it with the first answer; a small script fetches it
/// again. Nothing comes from elsewhere.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    private const long MostFormBytes = 4096;

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["/page.css"] = "text/css; charset=utf-8",
        ["/page.js"] = "text/javascript; charset=utf-8",
        ["/icon.svg"] = "image/svg+xml",
    };

    private readonly WebApplication _app;
    private readonly PageState _state;
    private readonly PageAccess _access;

    private PageServer(WebApplication app, PageState state, PageAccess access) => (_app, _state, _access) = (app, state, access);

    /// <summary>The page's address.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");

    /// <summary>Starts to serve.</summary>
    /// <param name="state">What is shown.</param>
    /// <param name="listen">The address; port 0 for any that is free.</param>
    /// <param name="token">What a browser must know; null for nothing, which only an address of this machine may have.</param>
    /// <exception cref="LakeException">The address cannot be used.</exception>
    public static async Task<PageServer> StartAsync(PageState state, IPEndPoint listen, string? token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostFormBytes;
            kestrel.Listen(listen);
        });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton(state);
        var app = builder.Build();
        var server = new PageServer(app, state, new PageAccess(token));
        app.Run(server.AnswerAsync);
        try
        {
            await app.StartAsync();
            return server;
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            throw new LakeException(
                $"the page cannot listen on {listen} ({exception.Message}); name another address with --listen",
                LakeExitCodes.CannotCreate,
                exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        var path = request.Path.Value ?? "/";
        if (!_access.IsHost(request))
        {
            await SayAsync(
                response,
                StatusCodes.Status421MisdirectedRequest,
                "This page is for this machine: open it as localhost or by its address.\n");
        }
        else if (path == "/token" && HttpMethods.IsPost(request.Method))
        {
            await SignInAsync(context);
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await SayAsync(response, StatusCodes.Status405MethodNotAllowed, "Only GET and HEAD are answered here.\n");
        }
        else if (Types.TryGetValue(path, out var type))
        {
            response.ContentType = type;
            await SendAsync(context, Asset(path[1..]));
        }
        else if (!_access.MaySee(request))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            await RenderAsync<SignIn>(context, []);
        }
        else if (path is "/" or "/content")
        {
            response.Headers["X-Page-Time"] = PageText.Clock(_state.Now);
            var parameters = new Dictionary<string, object?> { ["Country"] = request.Query["country"].FirstOrDefault() };
            await (path == "/" ? RenderAsync<Document>(context, parameters) : RenderAsync<Content>(context, parameters));
        }
        else
        {
            await SayAsync(response, StatusCodes.Status404NotFound, "There is one page here: /\n");
        }
    }

    private async Task SignInAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        if (!_access.IsToken(form?["token"]))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await RenderAsync<SignIn>(context, new() { ["Refused"] = true });
            return;
        }

        _access.Admit(context.Response);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    private async Task RenderAsync<T>(HttpContext context, Dictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(_app.Services, _app.Services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        context.Response.ContentType = "text/html; charset=utf-8";
        await SendAsync(context, System.Text.Encoding.UTF8.GetBytes(html));
    }

    private static Task SayAsync(HttpResponse response, int status, string text)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return SendAsync(response.HttpContext, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static async Task SendAsync(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    private static byte[] Asset(string name)
    {
        using var stream = typeof(PageServer).Assembly.GetManifestResourceStream($"Page.{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
