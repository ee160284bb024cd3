using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>The metadata service of the instance that the observed records of tests/RecordProcessing.Tests/Golden tell of.</summary>
internal sealed class FakeInstance : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal) { ["name"] = "orders-1", ["team"] = "Shop" };

    private static readonly string Identity = new JsonObject
    {
        ["privateIp"] = "192.0.2.44",
        ["availabilityZone"] = "eu-central-1a",
        ["instanceId"] = "i-00000000000000001",
        ["instanceType"] = "t3.micro",
        ["accountId"] = "000000000000",
        ["imageId"] = "ami-00000000000000002",
        ["region"] = "eu-central-1",
    }.ToJsonString();

    private readonly HeldPort _port = new();
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FakeInstance()
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

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var path = context.Request.Url!.AbsolutePath;
                var text = path switch
                {
                    "/latest/api/token" => "token",
                    "/latest/dynamic/instance-identity/document" => Identity,
                    "/latest/meta-data/tags/instance" => string.Join('\n', Tags.Keys),
                    _ => Tags.GetValueOrDefault(path.Split('/')[^1], ""),
                };
                context.Response.StatusCode = path == "/latest/api/token" || context.Request.Headers["X-aws-ec2-metadata-token"] == "token"
                    ? 200
                    : 401;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
