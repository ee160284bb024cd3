using System.Net;
using Shipper.Foundation.Hosting;

namespace Shipper.ChangeFunction;

/// <summary>
/// The function on this machine: a POST to any path is an invocation, as to the Invoke call of Lambda. A failed one has the status 200 and
/// the header <c>X-Amz-Function-Error</c>, as there.
/// </summary>
/// <param name="port">A TCP port on 127.0.0.1.</param>
/// <param name="invocations">Answers them.</param>
/// <param name="output">The address is written there once the port is open.</param>
internal sealed class LocalEndpoint(int port, Invocations invocations, TextWriter output)
{
    private const int CannotListen = 73; // EX_CANTCREAT
    private const int MostBytes = 16 * 1024 * 1024; // Lambda takes 6 MB

    /// <summary>Answers until stopped.</summary>
    /// <exception cref="StartRefusedException">The port cannot be used.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException exception)
        {
            throw new StartRefusedException(
                $"port {port} on 127.0.0.1 cannot be used ({exception.Message}); name another with --port", CannotListen, exception);
        }

        await output.WriteLineAsync($"http://127.0.0.1:{port}/");
        using var stopped = stopping.Register(listener.Stop);
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                stopping.ThrowIfCancellationRequested();
                throw;
            }

            _ = Task.Run(() => AnswerAsync(context), CancellationToken.None);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            if (context.Request.HttpMethod != "POST")
            {
                context.Response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            }
            else if (context.Request.ContentLength64 < 0)
            {
                context.Response.StatusCode = (int)HttpStatusCode.LengthRequired;
            }
            else if (context.Request.ContentLength64 > MostBytes)
            {
                context.Response.StatusCode = (int)HttpStatusCode.RequestEntityTooLarge;
            }
            else
            {
                var invocation = new byte[context.Request.ContentLength64];
                await context.Request.InputStream.ReadExactlyAsync(invocation);
                var (succeeded, body) = await invocations.AnswerAsync(invocation);
                if (!succeeded)
                {
                    context.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
                }

                context.Response.ContentType = "application/json";
                context.Response.ContentLength64 = body.Length;
                await context.Response.OutputStream.WriteAsync(body);
            }

            context.Response.Close();
        }
        catch (Exception exception) when (exception is IOException or HttpListenerException or ObjectDisposedException)
        {
            // The caller has gone; it invokes again.
            context.Response.Abort();
        }
    }
}
