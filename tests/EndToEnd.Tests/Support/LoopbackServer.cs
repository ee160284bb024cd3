using System.Net;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>An HTTP server of a test on a loopback port; answers one request after the other.</summary>
internal abstract class LoopbackServer : IAsyncDisposable
{
    private readonly HeldPort _port = new();
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    protected LoopbackServer()
    {
        Url = _port.Url + "/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close(); // not Stop first: Close would bind the port once more, which may be taken by then
        await _serving;
        _port.Dispose();
    }

    /// <summary>The body of the answer; its status and headers are set on the way.</summary>
    protected abstract Task<byte[]> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var body = await AnswerAsync(context.Request, context.Response);
                context.Response.ContentLength64 = body.Length;
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
