using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>Stands before kinesalite, which never throttles, and refuses some records of a call as a full shard does.</summary>
internal sealed class ThrottlingFront : IAsyncDisposable
{
    private readonly HeldPort _port = new();
    private readonly HttpListener _listener = new();
    private readonly HttpClient _http = new();
    private readonly Func<int, int, bool> _refuse;
    private readonly string _service;
    private readonly Task _serving;
    private int _calls;

    /// <param name="service">Kinesalite's address.</param>
    /// <param name="refuse">Whether call number, record number is refused, both from 0.</param>
    public ThrottlingFront(string service, Func<int, int, bool> refuse)
    {
        (_service, _refuse) = (service, refuse);
        Url = _port.Url + "/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Records refused so far.</summary>
    public int Refused { get; private set; }

    /// <summary>The sizes, in records, of the calls so far.</summary>
    public List<int> Calls { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close(); // not Stop first: Close would bind the port once more, which may be taken by then
        await _serving;
        _port.Dispose();
        _http.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
        if (body["Records"] is not JsonArray records)
        {
            using var other = await ForwardAsync(context.Request, body);
            context.Response.StatusCode = (int)other.StatusCode;
            await ReplyAsync(context, await other.Content.ReadAsByteArrayAsync());
            return;
        }

        var call = _calls++;
        Calls.Add(records.Count);
        var refused = Enumerable.Range(0, records.Count).Select(index => _refuse(call, index)).ToList();
        var passed = records.Where((_, index) => !refused[index]).Select(record => record!.DeepClone()).ToArray();
        var answers = new Queue<JsonNode>();
        if (passed.Length > 0)
        {
            body["Records"] = new JsonArray(passed);
            using var response = await ForwardAsync(context.Request, body);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
            foreach (var one in answer["Records"]!.AsArray())
            {
                answers.Enqueue(one!.DeepClone());
            }
        }

        Refused += records.Count - passed.Length;
        var merged = new JsonObject
        {
            ["FailedRecordCount"] = records.Count - passed.Length,
            ["Records"] = new JsonArray([.. refused.Select(no => no
                ? new JsonObject { ["ErrorCode"] = "ProvisionedThroughputExceededException",
                    ["ErrorMessage"] = "Rate exceeded for shard shardId-000000000000" }
                : answers.Dequeue())]),
        };
        await ReplyAsync(context, Encoding.UTF8.GetBytes(merged.ToJsonString()));
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpListenerRequest call, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _service)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())),
        };
        foreach (var name in (string[])["X-Amz-Target", "X-Amz-Date", "Authorization"])
        {
            request.Headers.TryAddWithoutValidation(name, call.Headers[name]);
        }

        request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        return await _http.SendAsync(request);
    }

    private static async Task ReplyAsync(HttpListenerContext context, byte[] bytes)
    {
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
