using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shipper.LocalFirehose.Tests.Support;

/// <summary>An endpoint in a function's place: what it answers is the test's.</summary>
internal sealed class FakeFunction : IAsyncDisposable
{
    public const string Arn = "arn:aws:lambda:eu-west-1:000000000000:function:changes";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FakeFunction()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Every event that came.</summary>
    public List<JsonElement> Events { get; } = [];

    /// <summary>The answer to an event; an HTTP status, or records.</summary>
    public Func<JsonElement, int, (int Status, string Body)> Answer { get; set; } = (invocation, _) =>
        (200, Returning(invocation, (_, text) => ("Ok", text.ToUpperInvariant())));

    /// <summary>Whether answers are those of a function that failed.</summary>
    public bool Fails { get; set; }

    /// <summary>A response with a result for each record.</summary>
    public static string Returning(
        JsonElement invocation, Func<int, string, (string Result, string Text)> result, JsonNode? metadata = null)
    {
        var records = invocation.GetProperty("records").EnumerateArray().Select((record, index) =>
        {
            var (named, text) = result(index, Encoding.UTF8.GetString(record.GetProperty("data").GetBytesFromBase64()));
            var answer = new JsonObject
            {
                ["recordId"] = record.GetProperty("recordId").GetString(),
                ["result"] = named,
                ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            };
            if (metadata is not null)
            {
                answer["metadata"] = metadata.DeepClone();
            }

            return (JsonNode)answer;
        });
        return new JsonObject { ["records"] = new JsonArray([.. records]) }.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close(); // also a second time
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var invocation = JsonDocument.Parse(await reader.ReadToEndAsync()).RootElement;
                Events.Add(invocation);
                var (status, body) = Answer(invocation, Events.Count);
                context.Response.StatusCode = status;
                if (Fails)
                {
                    context.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
                }

                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
