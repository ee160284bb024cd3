using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>Stands before kinesalite, which never throttles, and refuses some records of a call as a full shard does.</summary>
internal sealed class ThrottlingFront : LoopbackServer
{
    private static readonly HttpClient Http = new();

    private readonly Func<int, int, bool> _refuse;
    private readonly string _service;
    private int _calls;

    /// <param name="service">Kinesalite's address.</param>
    /// <param name="refuse">Whether call number, record number is refused, both from 0.</param>
    public ThrottlingFront(string service, Func<int, int, bool> refuse) => (_service, _refuse) = (service, refuse);

    /// <summary>Records refused so far.</summary>
    public int Refused { get; private set; }

    /// <summary>The sizes, in records, of the calls so far.</summary>
    public List<int> Calls { get; } = [];

    protected override async Task<byte[]> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var body = (await JsonNode.ParseAsync(request.InputStream))!;
        if (body["Records"] is not JsonArray records)
        {
            using var other = await ForwardAsync(request, body);
            response.StatusCode = (int)other.StatusCode;
            return await other.Content.ReadAsByteArrayAsync();
        }

        var call = _calls++;
        Calls.Add(records.Count);
        var refused = Enumerable.Range(0, records.Count).Select(index => _refuse(call, index)).ToList();
        var passed = records.Where((_, index) => !refused[index]).Select(record => record!.DeepClone()).ToArray();
        var answers = new Queue<JsonNode>();
        if (passed.Length > 0)
        {
            body["Records"] = new JsonArray(passed);
            using var taken = await ForwardAsync(request, body);
            var answer = JsonNode.Parse(await taken.Content.ReadAsStringAsync())!;
            Assert.True(taken.IsSuccessStatusCode, answer.ToJsonString());
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
        return Encoding.UTF8.GetBytes(merged.ToJsonString());
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
        return await Http.SendAsync(request);
    }
}
