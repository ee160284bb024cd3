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
    public void What_is_wrong_comes_first_and_once()
    {
        var report = Report(1, 1);
        report.General.Line("State:        /var/lib/tailshipper");
        var output = new StringWriter();
        report.Write(output);
        var lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal(["FAILED: Endpoint: connect: no", "WARNING: orders: something", "State:        /var/lib/tailshipper"], lines[1..4]);
        Assert.Single(lines, line => line.Contains("something", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(24, 2, "  a note", "Flow flow-1", "  what is as usual")]
    [InlineData(12, 9, "Flow flow-8: 2 files, 3.0 kB", null, "  a note")]
    public void On_a_terminal_what_is_as_usual_is_left_out_until_it_fits(int rows, int flows, string there, string? also, string leftOut)
    {
        var report = new CheckReport(new ConfigurationInUse(["/etc/a.json"], "--config", ""));
        for (var number = 0; number < flows; number++)
        {
            var flow = new CheckSection($"Flow flow-{number}") { Flow = $"flow-{number}", Files = 2, Bytes = 3000 };
            flow.Line("a note");
            Enumerable.Range(0, 10).ToList().ForEach(_ => flow.Detail("what is as usual"));
            report.Flows.Add(flow);
        }

        var (fitted, whole) = (new StringWriter(), new StringWriter());
        report.Write(fitted, 80, rows);
        report.Write(whole, 80);
        var lines = fitted.ToString().Split(Environment.NewLine);
        Assert.InRange(lines.Length, 1, rows); // the last is empty: the prompt's
        Assert.Contains(there, lines);
        Assert.Contains(also ?? there, lines);
        Assert.DoesNotContain(leftOut, lines);
        Assert.Contains(leftOut, whole.ToString().Split(Environment.NewLine));
        Assert.Contains("tailshipper check --all", lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("--all", whole.ToString(), StringComparison.Ordinal);
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
