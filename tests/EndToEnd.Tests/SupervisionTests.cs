using System.Net;
using System.Net.Sockets;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What systemd is told by the real processes, at a socket that the test holds.</summary>
public sealed class SupervisionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_ready_says_how_it_fares_and_that_it_stops(bool isAbstract)
    {
        using var scene = await Scene.StartAsync();
        using var systemd = new NotifyListener(isAbstract ? $"@tailshipper-test-{Guid.NewGuid():N}" : scene.Directory.At("notify"));
        scene.Environment["NOTIFY_SOCKET"] = systemd.Name;
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        scene.LaunchShipper();
        await systemd.HasAsync("READY=1", scene.Evidence);
        await systemd.SaysAsync("STATUS=1 file in 1 flow, ", scene.Evidence);
        await scene.ExactAsync(scene.Written());

        var messages = systemd.Messages.ToList();
        var ready = messages.IndexOf("READY=1");
        // One status goes with READY, whatever the flows found by then; the next is that of a service that runs.
        Assert.Equal(ready - 1, Assert.Single(
            Enumerable.Range(0, ready), at => messages[at].Contains("in 1 flow", StringComparison.Ordinal)));
        Assert.Contains(messages[..ready], message => message.StartsWith("EXTEND_TIMEOUT_USEC=", StringComparison.Ordinal));
        Assert.Contains(messages[ready..], message => message.StartsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC=", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains("WATCHDOG", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_not_ready_with_a_configuration_that_cannot_be_used_nor_without_the_lock()
    {
        using var scene = await Scene.StartAsync();
        using var systemd = new NotifyListener(scene.Directory.At("notify"));
        await scene.StartShipperAsync();
        scene.Environment["NOTIFY_SOCKET"] = systemd.Name;
        Assert.Equal(75, await scene.LaunchShipper().ExitAsync());
        Assert.Equal(78, await scene.LaunchShipper(more: ["--set", "Shipper:ScanInterval=1ms"]).ExitAsync());
        Assert.Equal(0, systemd.Count("READY=1"));
    }

    [Fact]
    public async Task Its_watchdog_is_fed_also_while_the_service_at_the_far_end_is_out()
    {
        using var scene = await Scene.StartAsync(killable: true);
        using var systemd = new NotifyListener(scene.Directory.At("notify"));
        scene.Environment["NOTIFY_SOCKET"] = systemd.Name;
        scene.Environment["WATCHDOG_USEC"] = "3000000";
        await scene.Firehose.CrashAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await systemd.HasAsync("WATCHDOG=1", scene.Evidence, times: 4);
        await scene.Firehose.StartAsync();
        await scene.ArrivedAsync(scene.Written());
    }

    [Fact]
    public async Task A_watchdog_of_another_process_is_not_fed()
    {
        using var scene = await Scene.StartAsync();
        using var systemd = new NotifyListener(scene.Directory.At("notify"));
        scene.Environment["NOTIFY_SOCKET"] = systemd.Name;
        scene.Environment["WATCHDOG_USEC"] = "1000000";
        scene.Environment["WATCHDOG_PID"] = "1";
        await scene.StartShipperAsync();
        await systemd.SaysAsync("STATUS=0 files", scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.Equal(0, systemd.Count("WATCHDOG=1"));
    }

    [Fact]
    public async Task The_directories_that_systemd_names_are_used_where_the_configuration_names_none()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section.Remove("StateDirectory"); // that the file beside the executable names none is part of it
        scene.Environment["STATE_DIRECTORY"] = scene.State;
        scene.Environment["LOGS_DIRECTORY"] = scene.Directory.Make("said");
        scene.Environment["RUNTIME_DIRECTORY"] = scene.Directory.Make("run");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        await scene.Shipper.SaysAsync($"state in {scene.State}");
        await scene.Shipper.SaysAsync($"served at {scene.Directory.At("run")}/tailshipper.sock");
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.NotEmpty(Directory.EnumerateFiles(scene.State, "checkpoints.*"));
        Assert.Empty(Directory.EnumerateFiles(scene.State, "*.log"));
        Assert.True(File.Exists(scene.Directory.At("said/metrics.log")));
        Assert.NotEmpty(Directory.EnumerateFiles(scene.Directory.At("said"), "tailshipper*.log"));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_troubles_nobody()
    {
        using var scene = await Scene.StartAsync();
        scene.Environment["NOTIFY_SOCKET"] = scene.Directory.At("nobody");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task The_generator_says_that_it_is_ready_that_it_turns_and_that_it_stops()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new NotifyListener(directory.At("notify"));
        var environment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = systemd.Name, ["WATCHDOG_USEC"] = "2000000" };
        using var generator = new ServiceProcess(
            "order-log-generator", ["run", "--set", $"Generator:Directory={directory.At("logs")}"], environment);
        await systemd.HasAsync("READY=1", generator.Evidence);
        await systemd.HasAsync("WATCHDOG=1", generator.Evidence, times: 3);
        await systemd.SaysAsync("STATUS=", generator.Evidence);
        Assert.Equal(0, await generator.StopAsync());
        Assert.Contains(systemd.Messages, message => message.StartsWith("STOPPING=1", StringComparison.Ordinal));
    }

    /// <summary>The state directory's disk is made to hang: every sync of the process is held up.</summary>
    [Fact]
    public async Task A_loop_that_does_not_turn_makes_it_unhealthy_by_name_until_it_turns_again_also_without_a_watchdog()
    {
        Durability.Strace.Require();
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Join(scene.State, "tailshipper.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var (code, text) = (default(HttpStatusCode), "");
        async Task<bool> AnswersAsync(HttpStatusCode wanted)
        {
            using var answer = await http.GetAsync(new Uri("http://localhost/healthz"));
            (code, text) = (answer.StatusCode, await answer.Content.ReadAsStringAsync());
            return code == wanted;
        }

        Assert.True(await AnswersAsync(HttpStatusCode.OK), text);
        using (var hanging = Durability.Strace.HoldUp(scene.Shipper.Id, "fsync,fdatasync", TimeSpan.FromMinutes(5)))
        {
            await File.AppendAllTextAsync(scene.Log("app.log"), "two\n");
            await Eventually.TrueAsync("it is unhealthy", () => AnswersAsync(HttpStatusCode.ServiceUnavailable), scene.Evidence);
            Assert.Matches("^the journal's writer has made no progress for [0-9]+ s\n$", text);
            await scene.Shipper.SaysAsync("the journal's writer has made no progress for");
            var status = await scene.CommandAsync("status");
            Assert.True(status.ExitCode == 1 && status.Output.Contains("DEGRADED", StringComparison.Ordinal), status.Everything);
            Assert.Contains("the journal's writer has made no progress for", status.Output, StringComparison.Ordinal);
            await scene.ArrivedAsync(scene.Written()); // shipping goes on meanwhile
        }

        await Eventually.TrueAsync("it is healthy again", () => AnswersAsync(HttpStatusCode.OK), scene.Evidence);
        await scene.Shipper.SaysAsync("all loops are responsive again");
        await scene.ExactAsync(scene.Written());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(15)]
    public async Task Each_signal_that_asks_for_an_end_drains(int signal)
    {
        using var scene = await Scene.StartAsync();
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(2000);
        scene.Shipper.Signal(signal);
        Assert.Equal(0, await scene.Shipper.ExitAsync());
        await scene.StartShipperAsync();
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Under_too_low_a_limit_on_descriptors_it_refuses_to_start_and_says_so()
    {
        using var scene = await Scene.StartAsync();
        using var process = new ServiceProcess("tailshipper", ["run", "--set", $"Shipper:StateDirectory={scene.State}"], descriptors: 180);
        Assert.Equal(78, await process.ExitAsync());
        Assert.Equal(
            "tailshipper: the limit on open files is 180, and the service needs at least 256 to start, to connect and to stop. " +
            "Raise it: LimitNOFILE=65536 in the unit, or ulimit -n 65536",
            process.Error.Trim());
        Assert.False(Directory.Exists(scene.State));
    }

    [Fact]
    public async Task Configuration_and_credentials_are_taken_from_the_directories_that_systemd_gives()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["Aws"]!["ServiceUrl"] = scene.Firehose.Url;
        scene.Directory.Make("etc");
        scene.Settings.Write(scene.Directory.At("etc/appsettings.json"));
        scene.Directory.Make("credentials");
        await File.WriteAllTextAsync(
            scene.Directory.At("credentials/aws-credentials"),
            "[default]\naws_access_key_id = local\naws_secret_access_key = local-secret\n");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        var environment = new Dictionary<string, string?>
        {
            ["CONFIGURATION_DIRECTORY"] = $"{scene.Directory.At("etc")}:/elsewhere",
            ["CREDENTIALS_DIRECTORY"] = scene.Directory.At("credentials"),
            ["LOGS_DIRECTORY"] = scene.Directory.Make("log"),
            ["AWS_ACCESS_KEY_ID"] = null,
            ["AWS_SECRET_ACCESS_KEY"] = null,
            ["AWS_SHARED_CREDENTIALS_FILE"] = null,
        };
        using var process = new ServiceProcess("tailshipper", ["run"], environment);
        await process.SaysAsync("tailshipper is ready");
        await scene.ArrivedAsync(scene.Written());
        Assert.Equal(0, await process.StopAsync());
        Assert.NotEmpty(Directory.EnumerateFiles(scene.Directory.At("log"), "tailshipper*.log"));
    }

    [Fact]
    public async Task A_file_that_the_unit_names_twice_is_read_and_said_once()
    {
        using var scene = Scene.Quiet();
        scene.Directory.Make("etc");
        var file = scene.Directory.At("etc/appsettings.json");
        scene.Settings.Write(file);
        var environment = new Dictionary<string, string?> { ["CONFIGURATION_DIRECTORY"] = scene.Directory.At("etc") };
        using var process = new ServiceProcess("tailshipper", ["run", "--config", file], environment);
        await process.SaysAsync($"; configuration: {file} (--config)");
        await process.StopAsync();
    }

    [Fact]
    public async Task A_local_Firehose_whose_port_is_taken_says_so_in_one_sentence()
    {
        using var directory = new TemporaryDirectory();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        using var process = new ServiceProcess(
            "local-firehose",
            ["run", "--set", $"LocalFirehose:Port={port}", "--set", $"LocalFirehose:DataDirectory={directory.At("data")}"]);
        Assert.Equal(1, await process.ExitAsync());
        var expected = $"local-firehose: port {port} on 127.0.0.1 is in use; "
            + "stop the process that uses it, or set LocalFirehose:Port (0 takes any free port)";
        Assert.True(expected == process.Error.Trim(), process.Error); // whole: xunit would cut off what else was said
    }

    [Fact]
    public async Task A_second_instance_says_so_in_one_sentence()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        var second = scene.LaunchShipper();
        Assert.Equal(75, await second.ExitAsync());
        Assert.StartsWith("tailshipper: the state directory", second.Error.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
    }
}
