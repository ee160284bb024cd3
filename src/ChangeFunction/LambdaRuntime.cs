using System.Net.Http.Headers;

namespace Shipper.ChangeFunction;

/// <summary>
/// The function on AWS Lambda, as the bootstrap of a custom runtime (<c>provided.al2023</c>): it asks the runtime interface for the next
/// invocation and answers it, again and again. Source: the Lambda runtime API, version 2018-06-01.
/// </summary>
/// <param name="address">Host and port of the interface, from <c>AWS_LAMBDA_RUNTIME_API</c>.</param>
/// <param name="invocations">Answers them.</param>
internal sealed class LambdaRuntime(string address, Invocations invocations)
{
    private const string RequestIdHeader = "Lambda-Runtime-Aws-Request-Id";

    /// <summary>Answers until stopped.</summary>
    /// <exception cref="HttpRequestException">
    /// The interface cannot be reached or refuses an answer: Lambda starts the function again.
    /// </exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        // The next invocation may come in an hour: Lambda freezes the process meanwhile.
        using var http = new HttpClient
        {
            BaseAddress = new Uri($"http://{address}/2018-06-01/runtime/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        while (true)
        {
            using var next = await http.GetAsync("invocation/next", stopping);
            next.EnsureSuccessStatusCode();
            var id = next.Headers.TryGetValues(RequestIdHeader, out var ids)
                ? ids.First()
                : throw new HttpRequestException($"the runtime interface gave an invocation without {RequestIdHeader}");
            var (succeeded, body) = await invocations.AnswerAsync(await next.Content.ReadAsByteArrayAsync(stopping));
            using var content = new ReadOnlyMemoryContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answered = await http.PostAsync($"invocation/{id}/{(succeeded ? "response" : "error")}", content, stopping);
            answered.EnsureSuccessStatusCode();
        }
    }
}
