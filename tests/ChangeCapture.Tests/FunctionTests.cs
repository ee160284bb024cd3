using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Shipper.ChangeCapture.Tests;

/// <summary>The real executable, on this machine and as on Lambda.</summary>
public sealed class FunctionTests
{
    // Ends a test that hangs, and says nothing about speed.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task On_this_machine_a_post_is_an_invocation_and_a_signal_ends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        using var process = Start([], "--port", port, "--table", "orders");
        var url = await process.StandardOutput.ReadLineAsync(Ends());
        Assert.Equal($"http://127.0.0.1:{port}/", url);
        using var http = new HttpClient();

        var answer = await PostAsync(http, url!, FirehoseTransformationTests.Event(FirehoseTransformationTests.Change("1"), "{"));
        Assert.False(answer.Headers.Contains("X-Amz-Function-Error"));
        Assert.Equal(["Ok", "ProcessingFailed"], await ResultsAsync(answer));

        var failed = await PostAsync(http, $"{url}2015-03-31/functions/changes/invocations", "{}");
        Assert.Equal("Unhandled", failed.Headers.GetValues("X-Amz-Function-Error").Single());
        Assert.Contains("\"errorType\":\"InvalidEvent\"", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync(new Uri(url!))).StatusCode);

        using var second = Start([], "--port", port);
        await second.WaitForExitAsync(Ends());
        Assert.Equal(73, second.ExitCode);

        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(Ends());
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(
            "2 records; lines that are no changes: broken_json 1", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_Lambda_it_takes_invocations_from_the_runtime_interface_and_answers_each()
    {
        var port = FreePort();
        using var runtime = new HttpListener();
        runtime.Prefixes.Add($"http://127.0.0.1:{port}/");
        runtime.Start();
        using var process = Start(
            [("AWS_LAMBDA_RUNTIME_API", $"127.0.0.1:{port}"), ("CHANGE_TABLE", "customers")]);
        string[] invocations = [FirehoseTransformationTests.Event(FirehoseTransformationTests.Change("1")), "no event"];
        var answers = new List<string>();
        for (var number = 0; number < invocations.Length; number++)
        {
            var next = await runtime.GetContextAsync().WaitAsync(Limit);
            Assert.Equal("GET /2018-06-01/runtime/invocation/next", $"{next.Request.HttpMethod} {next.Request.Url!.AbsolutePath}");
            next.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = $"id-{number}";
            next.Response.Close(Encoding.UTF8.GetBytes(invocations[number]), willBlock: true);

            var answered = await runtime.GetContextAsync().WaitAsync(Limit);
            using var body = new StreamReader(answered.Request.InputStream);
            answers.Add($"{answered.Request.HttpMethod} {answered.Request.Url!.AbsolutePath} {await body.ReadToEndAsync()}");
            answered.Response.StatusCode = (int)HttpStatusCode.Accepted;
            answered.Response.Close();
        }

        Assert.StartsWith(
            "POST /2018-06-01/runtime/invocation/id-0/response {\"records\":[{\"recordId\":\"0\",\"result\":\"Dropped\"",
            answers[0],
            StringComparison.Ordinal);
        Assert.StartsWith("POST /2018-06-01/runtime/invocation/id-1/error {\"errorMessage\":", answers[1], StringComparison.Ordinal);
        process.Kill();
        await process.WaitForExitAsync(Ends());
    }

    [Fact]
    public async Task A_port_that_is_none_exits_with_2()
    {
        using var process = Start([], "--port", "70000");
        await process.WaitForExitAsync(Ends());
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("--port 70000 is not a TCP port", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static CancellationToken Ends() => new CancellationTokenSource(Limit).Token;

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string url, string body) =>
        await http.PostAsync(new Uri(url), new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<List<string?>> ResultsAsync(HttpResponseMessage answer) =>
    [
        .. JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("records").EnumerateArray()
            .Select(record => record.GetProperty("result").GetString()),
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "change-function"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
