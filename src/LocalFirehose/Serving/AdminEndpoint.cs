using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Serving;

/// <summary>The calls under <c>/admin/</c>: unsigned, from this machine only.</summary>
internal sealed class AdminEndpoint(
    StreamRegistry streams, Counters counters, DeliveryLoop delivery, FaultSwitch faults, TimeProvider time, ILogger<AdminEndpoint> logger)
{
    /// <summary>Paths below this one are served here.</summary>
    public const string Root = "/admin";

    /// <summary>Serves one call.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
        {
            return AnswerAsync(context, 403, new AdminProblem(["Admin calls are served to this machine only."]));
        }

        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", Root + "/counters") => AnswerAsync(context, 200, ReadCounters()),
            ("GET", Root + "/health") => AnswerAsync(context, 200, new HealthAnswer("ok", streams.Count, faults.Current.IsOutage(time.GetUtcNow()))),
            ("GET", Root + "/faults") => AnswerAsync(context, 200, faults.Current.Options),
            ("PUT", Root + "/faults") => PutFaultsAsync(context),
            ("POST", Root + "/flush") => FlushAsync(context),
            _ => AnswerAsync(context, 404, new AdminProblem(["Known: GET counters, GET health, GET faults, PUT faults, POST flush."])),
        };
    }

    private CountersAnswer ReadCounters() => new(
        counters.Total.Read(),
        new SortedDictionary<string, CounterFigures>(
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

        var problems = options?.Outage is null ? ["The body is null or its Outage is."] : FaultValidation.Problems(options).Select(problem => problem.ToString()).ToArray();
        if (problems.Length > 0)
        {
            await AnswerAsync(context, 400, new AdminProblem(problems));
            return;
        }

        faults.Replace(options!);
        FirehoseLog.FaultsReplaced(logger, JsonSerializer.Serialize(options!, AdminJson.Default.FaultOptions));
        await AnswerAsync(context, 200, options!);
    }

    private static Task AnswerAsync<T>(HttpContext context, int status, T answer)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, typeof(T), AdminJson.Default);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

/// <summary>The answer to <c>GET /admin/counters</c>.</summary>
/// <param name="Total">All streams and the calls that named none.</param>
/// <param name="Streams">Each stream by name, deleted ones included.</param>
internal sealed record CountersAnswer(CounterFigures Total, SortedDictionary<string, CounterFigures> Streams);

/// <summary>The answer to <c>GET /admin/health</c>.</summary>
/// <param name="Status">Always <c>ok</c>: a process that can answer is healthy.</param>
/// <param name="Streams">How many streams there are.</param>
/// <param name="Outage">True while a configured outage lasts.</param>
internal sealed record HealthAnswer(string Status, int Streams, bool Outage);

/// <summary>Why an admin call was refused.</summary>
/// <param name="Problems">Every reason.</param>
internal sealed record AdminProblem(string[] Problems);

/// <summary>The shapes of the admin calls; a misspelt fault is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FaultOptions))]
[JsonSerializable(typeof(CountersAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(FlushResult))]
[JsonSerializable(typeof(AdminProblem))]
internal sealed partial class AdminJson : JsonSerializerContext;
