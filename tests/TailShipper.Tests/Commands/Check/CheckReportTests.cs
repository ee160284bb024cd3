using System.Text.Json;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Check;

/// <summary>The first line says how much is wrong; so does the document.</summary>
public sealed class CheckReportTests
{
    [Theory]
    [InlineData(0, 0, "; no warnings")]
    [InlineData(1, 0, "; 1 warning")]
    [InlineData(2, 1, "; 2 warnings, 1 failure")]
    public void The_first_line_counts_what_is_wrong(int warnings, int failures, string end)
    {
        var report = Report(warnings, failures);
        var output = new StringWriter();
        report.Write(output);
        Assert.Equal($"Configuration: /etc/a.json (--config){end}", output.ToString().Split(Environment.NewLine)[0]);
        Assert.Equal((warnings, failures), (report.Warnings, report.Failures));
    }

    [Fact]
    public void The_document_has_what_the_lines_say()
    {
        var report = Report(1, 1);
        var output = new StringWriter();
        report.WriteJson(output);
        using var document = JsonDocument.Parse(output.ToString());
        var root = document.RootElement;
        Assert.Equal((1, 1), (root.GetProperty("warning_count").GetInt32(), root.GetProperty("failure_count").GetInt32()));
        Assert.Equal("/etc/a.json", root.GetProperty("configuration_files")[0].GetString());
        var flow = root.GetProperty("flows")[0];
        Assert.Equal("orders", flow.GetProperty("name").GetString());
        Assert.Equal("something", Assert.Single(flow.GetProperty("warnings").EnumerateArray()).GetString());
        var step = root.GetProperty("connections")[0].GetProperty("steps")[0];
        Assert.Equal(("connect", "failed", 12), (
            step.GetProperty("step").GetString(), step.GetProperty("result").GetString(), step.GetProperty("milliseconds").GetInt32()));
    }

    private static CheckReport Report(int warnings, int failures)
    {
        var report = new CheckReport(new ConfigurationInUse(["/etc/a.json"], "--config", ""));
        var flow = new CheckSection("Flow orders") { Flow = "orders", Destination = "delivery stream orders" };
        for (var warning = 0; warning < warnings; warning++)
        {
            flow.Warning("something");
        }

        report.Flows.Add(flow);
        if (failures > 0)
        {
            report.Connections =
            [
                new ConnectionGroup("Endpoint", [new ConnectionStep("connect", StepResult.Failed, "no", TimeSpan.FromMilliseconds(11.5))]),
            ];
        }

        return report;
    }
}
