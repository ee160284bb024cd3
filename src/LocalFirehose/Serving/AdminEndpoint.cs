using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Browsing;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Serving;

/// <summary>The calls under <c>/admin/</c>. They need no signature, and only this machine may make them.</summary>
internal sealed class AdminEndpoint(
    StreamRegistry streams,
    Counters counters,
    DeliveryLoop delivery,
    CurrentFaults faults,
    TimeProvider time,
    ILogger<AdminEndpoint> logger)
{
    /// <summary>Prefix of the paths.</summary>
    public const string Root = "/admin";

    /// <summary>Handles a call.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
        {
            return AnswerAsync(context, 403, new AdminProblem(["Admin calls are accepted from this machine only."]));
        }

        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", Root + "/counters") => AnswerAsync(context, 200, ReadCounters()),
            ("GET", Root + "/health") => AnswerAsync(context, 200, Health()),
            ("GET", Root + "/faults") => AnswerAsync(context, 200, faults.Plan.Options),
            ("PUT", Root + "/faults") => PutFaultsAsync(context),
            ("POST", Root + "/flush") => FlushAsync(context),
            _ => AnswerAsync(
                context, 404, new AdminProblem(["The admin calls are GET counters, GET health, GET faults, PUT faults, POST flush."])),
        };
    }

    private HealthAnswer Health() => new("ok", streams.Count, faults.Plan.IsOutage(time.GetUtcNow()));

    private CountersAnswer ReadCounters() => new(
        counters.Total.Read(),
        new SortedDictionary<string, CounterValues>(
            counters.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Read()), StringComparer.Ordinal));

    private async Task FlushAsync(HttpContext context)
    {
        var result = await delivery.FlushAsync();
        await AnswerAsync(context, result.Failed == 0 ? 200 : 500, result);
    }

    private async Task PutFaultsAsync(HttpContext context)
    {
        FaultOptions? options;
        try
        {
            options = await JsonSerializer.DeserializeAsync(context.Request.Body, AdminJson.Default.FaultOptions, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            await AnswerAsync(context, 400, new AdminProblem([exception.Message]));
            return;
        }

        var problems = options?.Outage is null
            ? ["The body or its member Outage is null."]
            : FaultValidation.Problems(options).Select(problem => problem.ToString()).ToArray();
        if (problems.Length > 0)
        {
            await AnswerAsync(context, 400, new AdminProblem(problems));
            return;
        }

        faults.Replace(options!);
        FirehoseLog.FaultsReplaced(logger, JsonSerializer.Serialize(options!, AdminJson.Default.FaultOptions));
        await AnswerAsync(context, 200, options!);
    }

    /// <summary>Writes an answer in JSON.</summary>
    internal static Task AnswerAsync<T>(HttpContext context, int status, T answer)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, typeof(T), AdminJson.Default);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

/// <summary>The response to <c>GET /admin/counters</c>.</summary>
/// <param name="Total">The totals of all streams, plus the calls without a known stream.</param>
/// <param name="Streams">The counters of each stream by name, including deleted streams.</param>
internal sealed record CountersAnswer(CounterValues Total, SortedDictionary<string, CounterValues> Streams);

/// <summary>The response to <c>GET /admin/health</c>.</summary>
/// <param name="Status">Always <c>ok</c>: a process that responds is healthy.</param>
/// <param name="Streams">Number of streams.</param>
/// <param name="Outage">Whether an outage is injected now.</param>
internal sealed record HealthAnswer(string Status, int Streams, bool Outage);

/// <summary>The response to a refused admin call.</summary>
/// <param name="Problems">All reasons.</param>
internal sealed record AdminProblem(string[] Problems);

/// <summary>JSON form of the admin calls; unknown members of faults are refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FaultOptions))]
[JsonSerializable(typeof(CountersAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(FlushResult))]
[JsonSerializable(typeof(AdminProblem))]
[JsonSerializable(typeof(PageState))]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class AdminJson : JsonSerializerContext;
