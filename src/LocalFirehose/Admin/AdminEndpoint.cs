using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Counting;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Hosting;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Admin;

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
        Log.FaultsReplaced(logger, JsonSerializer.Serialize(options!, AdminJson.Default.FaultOptions));
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
