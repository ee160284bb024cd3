using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Explain;

/// <summary>A link out of the tree of its pattern is never tailed, and is not said to wait for a scan.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("links-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("false", "outside/app.log", 1)]
    [InlineData("true", "outside/app.log", 0)]
    [InlineData("false", "logs/app.log", 0)]
    public void It_is_tailed_only_where_it_is_followed(string follow, string target, int expected)
    {
        Directory.CreateDirectory(At("logs"));
        Directory.CreateDirectory(At("outside"));
        File.WriteAllText(At(target), "one\n");
        File.CreateSymbolicLink(At("logs/link.log"), At(target));
        var output = new StringWriter();
        Assert.Equal(expected, ExplainCommand.Run(Setup(follow), At("logs/link.log"), json: true, output));
        using var json = JsonDocument.Parse(output.ToString());
        var blocks = json.RootElement.GetProperty("flows")[0].GetProperty("blocked_by").EnumerateArray()
            .Select(block => block.GetProperty("code").GetString());
        Assert.Equal(expected == 1, blocks.Contains("link-not-followed"));
        Assert.Equal(expected == 0, blocks.Contains("not-found-yet"));
    }

    private ShipperSetup Setup(string follow)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Shipper:StateDirectory"] = At("state"),
            ["Shipper:Flows:0:Name"] = "orders",
            ["Shipper:Flows:0:Paths:0"] = At("logs/*.log"),
            ["Shipper:Flows:0:DeliveryStream"] = "orders",
            ["Shipper:Flows:0:FollowLinks"] = follow,
        }).Build();
        return ShipperSetup.Load(configuration, new ConfigurationProblems(), toRun: false);
    }

    private string At(string path) => Path.Join(_directory, path);
}
