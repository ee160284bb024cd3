using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>The metadata service of the instance that the observed records of tests/RecordProcessing.Tests/Golden tell of.</summary>
internal sealed class FakeInstance : LoopbackServer
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

    protected override Task<byte[]> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        response.StatusCode = path == "/latest/api/token" || request.Headers["X-aws-ec2-metadata-token"] == "token" ? 200 : 401;
        return Task.FromResult(Encoding.UTF8.GetBytes(path switch
        {
            "/latest/api/token" => "token",
            "/latest/dynamic/instance-identity/document" => Identity,
            "/latest/meta-data/tags/instance" => string.Join('\n', Tags.Keys),
            _ => Tags.GetValueOrDefault(path.Split('/')[^1], ""),
        }));
    }
}
