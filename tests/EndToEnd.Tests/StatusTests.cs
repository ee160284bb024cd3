using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What an operator can ask a running service, a degraded one and one that is down.</summary>
public sealed class StatusTests
{
    private static readonly uint? Nobody = Posix.IsRoot ? 65534u : null;

    [Fact]
    public async Task A_healthy_service_says_so_with_its_flows_and_files()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Aggregate();
        await File.WriteAllLinesAsync(scene.Log("app.log"), Enumerable.Range(0, 1000).Select(line => $"line {line}"));
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        var size = new FileInfo(scene.Log("app.log")).Length;
        var status = default(JsonElement);
        await Eventually.TrueAsync(
            "the status has it all",
            async () => (status = await StatusAsync(scene, 0)).GetProperty("files")[0].GetProperty("committed_bytes").GetInt64() == size,
            scene.Evidence);
        Assert.Equal("ok", status.GetProperty("health").GetString());
        Assert.Equal(scene.Shipper.Id, status.GetProperty("service").GetProperty("pid").GetInt32());
        Assert.True(status.GetProperty("checkpoints").GetProperty("is_writable").GetBoolean());
        var flow = status.GetProperty("flows")[0];
        Assert.Equal(("orders", 0), (flow.GetProperty("flow").GetString(), flow.GetProperty("lag_bytes").GetInt64()));
        Assert.Equal(size, flow.GetProperty("figures").GetProperty("acknowledged_bytes").GetInt64());
        Assert.InRange(flow.GetProperty("billed_per_raw").GetDouble(), 0.5, 10);

        using var watch = new ServiceProcess("tailshipper", ["status", "--watch", "--json", .. scene.Configuration()]);
        await Eventually.TrueAsync("it is shown", () => watch.Output.Length > 0, watch.Evidence);
        watch.Signal(Posix.Interrupt);
        Assert.Equal(0, await watch.ExitAsync()); // that of the last status, not that of a signal

        var screen = await scene.CommandAsync("status");
        Assert.Equal(0, screen.ExitCode);
        Assert.All(
            new[] { "OK", "orders", "checkpoints", "app.log", "CATCH UP", "THROTTLED" },
            word => Assert.Contains(word, screen.Output, StringComparison.Ordinal));
        var top = await scene.CommandAsync("top", "--by", "rate");
        Assert.True(top.ExitCode == 0 && top.Output.Contains(scene.Log("app.log"), StringComparison.Ordinal), top.Everything);
    }

    [Fact]
    public async Task A_degraded_service_says_why_and_what_to_do_and_one_that_is_down_how_far_its_files_are()
    {
        using var scene = await Scene.StartAsync(killable: true);
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        await Eventually.TrueAsync(
            "the checkpoint knows", async () => await scene.CommittedAsync(scene.Log("app.log")) == 4, scene.Evidence);
        await scene.Firehose.CrashAsync();
        await File.AppendAllTextAsync(scene.Log("app.log"), "two\n");
        await scene.Shipper.SaysAsync("the service cannot take records");
        var degraded = await scene.CommandAsync("status");
        Assert.True(
            degraded.ExitCode == 1 && degraded.Output.Contains("DEGRADED", StringComparison.Ordinal) && degraded.Output.Contains(
                "Check the endpoint", StringComparison.Ordinal),
            degraded.Everything);
        Assert.Contains("WARNING 2106", degraded.Output, StringComparison.Ordinal);

        await scene.Shipper.CrashAsync(); // leaves its socket behind
        await File.AppendAllTextAsync(scene.Log("app.log"), "three\n");
        var down = await StatusAsync(scene, 2);
        Assert.Equal("down", down.GetProperty("health").GetString());
        Assert.Equal(10, down.GetProperty("files")[0].GetProperty("lag_bytes").GetInt64());
        Assert.Equal(
            (14, 4),
            (
                down.GetProperty("files")[0].GetProperty("size_bytes").GetInt64(),
                down.GetProperty("files")[0].GetProperty("committed_bytes").GetInt64()));
        var screen = await scene.CommandAsync("status");
        Assert.True(
            screen.ExitCode == 2 && screen.Output.Contains("systemctl start tailshipper", StringComparison.Ordinal), screen.Everything);

        await scene.Firehose.StartAsync();
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "the next life can be asked", async () => (await scene.CommandAsync("status", "--json")).ExitCode == 0, scene.Evidence);
    }

    [Fact]
    public async Task Where_a_refused_link_leads_is_in_the_log_and_not_in_the_status()
    {
        using var scene = await Scene.StartAsync();
        File.CreateSymbolicLink(scene.Log("link.log"), Directory.CreateDirectory(scene.Directory.At("elsewhere")).FullName + "/secret.log");
        await File.WriteAllTextAsync(scene.Directory.At("elsewhere/secret.log"), "secret\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("elsewhere/secret.log, outside the directory tree of its pattern");
        var status = await scene.CommandAsync("status", "--json");
        Assert.Contains("link.log is not followed", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret.log", status.Output + (await scene.CommandAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_and_probes_are_served_at_a_loopback_address_but_nothing_is_changed_there()
    {
        using var scene = await Scene.StartAsync();
        using var port = new HeldPort();
        var url = port.Url;
        scene.Settings.Section["Endpoint"] = new JsonObject { ["Url"] = url };
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync($"served at {url}");
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("\ntailshipper_flow_healthy{flow=\"orders\"} 1\n", metrics, StringComparison.Ordinal);
        using var refused = await http.PostAsync(new Uri("/loglevel?level=Debug", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var question = new HttpRequestMessage(HttpMethod.Options, new Uri("/status", UriKind.Relative));
        question.Headers.Add("Origin", "http://evil.example");
        using var options = await http.SendAsync(question);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, options.StatusCode);
        Assert.DoesNotContain(options.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        using var page = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(
            (HttpStatusCode.OK, "text/html; charset=utf-8"), (page.StatusCode, page.Content.Headers.ContentType?.ToString()));
        using var unknown = await http.GetAsync(new Uri("/none", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_level_of_the_log_changes_while_the_service_runs()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("served at");
        var changed = await scene.CommandAsync("loglevel", "debug", "--for", "10m");
        Assert.True(changed.ExitCode == 0 && changed.Output.StartsWith("Debug until ", StringComparison.Ordinal), changed.Everything);
        await scene.Shipper.SaysAsync("the log level is now Debug, for 00:10:00");
        Assert.Equal("Debug", (await StatusAsync(scene, 0)).GetProperty("service").GetProperty("log_level").GetString());
        Assert.Equal(2, (await scene.CommandAsync("loglevel", "loud")).ExitCode);
        Assert.Equal(2, (await scene.CommandAsync("loglevel", "debug", "--for", "long")).ExitCode);
        await scene.Shipper.StopAsync();
        Assert.Equal(2, (await scene.CommandAsync("loglevel")).ExitCode);
    }

    [Fact]
    public async Task Whoever_may_not_ask_is_told_what_to_do()
    {
        Assert.SkipUnless(Nobody is not null && File.Exists("/usr/bin/setpriv"), "this needs root and setpriv");
        using var probe = new ServiceProcess("tailshipper", ["--help"], user: Nobody);
        Assert.SkipUnless(await probe.ExitAsync() == 0, "nobody may not start the executables in this folder.");
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("served at");
        const UnixFileMode open =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(scene.Directory.Path, open);
        File.SetUnixFileMode(scene.Directory.At("shipper.json"), open);
        using var command = new ServiceProcess("tailshipper", ["status", "--config", scene.Directory.At("shipper.json")], user: Nobody);
        Assert.Equal(2, await command.ExitAsync());
        Assert.Contains("may not ask the service", command.Error, StringComparison.Ordinal);
        Assert.Contains("sudo", command.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_and_keeps_nothing_from_being_shipped()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["Endpoint"] =
            new JsonObject { ["Url"] = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}", ["Socket"] = "" };
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("change Shipper:Endpoint:Url");
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task The_last_line_of_the_metrics_log_has_the_lag_that_is_left()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 400 });
        await scene.StartShipperAsync();
        await File.WriteAllLinesAsync(
            scene.Log("app.log"), Enumerable.Range(0, 20_000).Select(line => $"line {line} of a file that takes a while"));
        await Eventually.TrueAsync("it is read", () => MetricsFile.Last(scene.State, "read_bytes") > 0, scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var list = await scene.CommandAsync("checkpoints", "list", "--json");
        var committed = JsonDocument.Parse(list.Output.Split('\n')[0]).RootElement.GetProperty("committed_bytes").GetInt64();
        Assert.Equal(new FileInfo(scene.Log("app.log")).Length - committed, MetricsFile.Last(scene.State, "lag_bytes"));
    }

    [Fact]
    public async Task The_log_file_can_be_json_with_every_value_by_name()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["Log"] = new JsonObject { ["Format"] = "Json" };
        await scene.StartShipperAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var lines = Directory.EnumerateFiles(scene.State, "tailshipper*.log").SelectMany(File.ReadLines)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var ready = Assert.Single(
            lines, line => line.GetProperty("Properties").GetProperty("EventId").GetProperty("Id").GetInt32() == 2200);
        Assert.Equal(
            (1, "Information"), (ready.GetProperty("Properties").GetProperty("Flows").GetInt32(), ready.GetProperty("Level").GetString()));
    }

    private static async Task<JsonElement> StatusAsync(Scene scene, int code)
    {
        var result = await scene.CommandAsync("status", "--json");
        Assert.True(result.ExitCode == code, result.Everything);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
