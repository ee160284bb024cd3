using System.Text.Json.Nodes;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>The shipper's configuration file, with short intervals so that tests are short.</summary>
internal sealed class ShipperSettings
{
    private readonly JsonArray _flows = [];

    public ShipperSettings(string stateDirectory) => Section = new JsonObject
    {
        ["StateDirectory"] = stateDirectory,
        ["ScanInterval"] = "200ms",
        ["PollInterval"] = "20ms",
        ["RotateWait"] = "1s",
        ["Metrics"] = new JsonObject { ["Interval"] = "200ms" },
        ["Aws"] = new JsonObject { ["Region"] = "eu-west-1" },
        ["Flows"] = _flows,
    };

    /// <summary>The section <c>Shipper</c>.</summary>
    public JsonObject Section { get; }

    /// <summary>The section <c>Serilog</c>.</summary>
    public JsonObject Serilog { get; } = [];

    /// <summary>Takes the flow called <paramref name="name"/> away.</summary>
    public void Remove(string name) => _flows.Remove(_flows.First(flow => (string?)flow!["Name"] == name));

    /// <summary>A flow by its place.</summary>
    public JsonObject Flow(int index = 0) => (JsonObject)_flows[index]!;

    /// <summary>Adds a flow; its delivery stream has its name unless given.</summary>
    public ShipperSettings AddFlow(string name, string path, string? stream = null)
    {
        _flows.Add((JsonNode)new JsonObject
        {
            ["Name"] = name,
            ["Paths"] = new JsonArray(path),
            ["DeliveryStream"] = stream ?? name,
            ["MaxBatchAge"] = "100ms",
        });
        return this;
    }

    /// <summary>Lets the flow put many lines into a record.</summary>
    public void Aggregate(int flow = 0) => Flow(flow)["Aggregation"] = new JsonObject { ["Mode"] = "Lines", ["MaxLines"] = 500 };

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        // Another process may be reading it just now: it gets the old file or the new one, whole.
        var whole = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(
            whole, new JsonObject { ["Shipper"] = Section.DeepClone(), [nameof(Serilog)] = Serilog.DeepClone() }.ToJsonString());
        File.Move(whole, path, overwrite: true);
    }
}
