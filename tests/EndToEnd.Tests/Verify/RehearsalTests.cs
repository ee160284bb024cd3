using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Verify;

/// <summary>The replacement of a Kinesis Agent from its first half to the proof at the far end.</summary>
public sealed class RehearsalTests
{
    private const int LinesOfAgent = 120_000;
    private const int LinesBeforeSwitch = 200_000;
    private const int LinesOfSwitch = 100_000;
    private const int Lines = 500_000;

    [Fact]
    public async Task Half_a_million_lines_arrive_once_when_the_agent_is_replaced_while_its_files_are_rotated()
    {
        using var server = await S3Server.StartAsync();
        using var scene = await Scene.StartAsync(["orders"]);
        var (log, state) = (scene.Log("app.log"), scene.Directory.At("imported-state"));
        using var writer = new LineWriter(log, 100_000, linesPerWrite: 500, limit: LinesBeforeSwitch);
        await writer.ReachAsync(LinesBeforeSwitch);

        // The agent has read a part of the file, and what it sent lies in the bucket.
        var offset = await ShipAsTheAgentAsync(log, scene.Firehose.Bucket("orders"));
        var agent = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(agent, JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["firehose.endpoint"] = scene.Firehose.Url,
            ["cloudwatch.emitMetrics"] = false,
            ["checkpointFile"] = scene.Directory.At("checkpoints"),
            ["flows"] = new[] { new { filePattern = log + "*", deliveryStream = "orders", initialPosition = "START_OF_FILE" } },
        }));
        await WriteCheckpointAsync(scene.Directory.At("checkpoints"), log, offset);

        var imported = scene.Directory.At("imported.json");
        var import = await RunAsync(
            scene, "import-agent", agent, "--out", imported, "--set", $"Shipper:StateDirectory={state}", "--set",
            "Shipper:Aws:Region=eu-west-1");
        Assert.True(import.ExitCode == 0, import.Everything);
        Assert.Contains($"continues at {offset}", import.Output, StringComparison.Ordinal);

        // Rotated between import and start, and again while it ships.
        writer.Reopen(() => File.Move(log, log + ".1"));
        writer.Allow(LinesOfSwitch);
        using var shipper = new ServiceProcess("tailshipper", ["run", "--config", imported], scene.Environment);
        await shipper.SaysAsync("tailshipper is ready");
        await writer.ReachAsync(LinesBeforeSwitch + LinesOfSwitch);
        writer.Reopen(() =>
        {
            File.Move(log + ".1", log + ".2");
            File.Move(log, log + ".1");
        });
        writer.Allow(Lines - LinesBeforeSwitch - LinesOfSwitch);
        await writer.ReachAsync(Lines);
        await scene.ArrivedAsync(writer.Finish());
        Assert.True(await shipper.StopAsync() == 0, shipper.Evidence());

        const string verdict = "input 500000, unique 500000, duplicate 0, loss 0 (0.00 %)";
        var directory = await RunAsync(
            scene, "verify", "--config", imported, "--delivered", scene.Firehose.Bucket("orders"));
        Assert.True(directory.ExitCode == 0 && directory.Output.Contains(verdict, StringComparison.Ordinal), directory.Everything);

        await server.PutAllAsync(scene.Firehose.Bucket("orders"), "orders/");
        foreach (var (name, value) in S3Server.Environment)
        {
            scene.Environment[name] = value;
        }

        var s3 = await RunAsync(
            scene, "verify", "--config", imported, "--delivered", "s3://orders-bucket/orders", "--endpoint", server.Url.AbsoluteUri);
        Assert.True(s3.ExitCode == 0 && s3.Output.Contains(verdict, StringComparison.Ordinal), s3.Everything + server.Evidence);
    }

    private static async Task<CommandResult> RunAsync(Scene scene, params string[] arguments)
    {
        using var process = new ServiceProcess("tailshipper", arguments, scene.Environment);
        return new CommandResult(await process.ExitAsync(), process.Output, process.Error);
    }

    private static async Task<long> ShipAsTheAgentAsync(string log, string bucket)
    {
        var content = await File.ReadAllBytesAsync(log);
        var offset = 0;
        for (var line = 0; line < LinesOfAgent; line++)
        {
            offset += content.AsSpan(offset).IndexOf((byte)'\n') + 1;
        }

        Directory.CreateDirectory(bucket);
        await File.WriteAllBytesAsync(Path.Join(bucket, "of-the-agent"), content[..offset]);
        return offset;
    }

    // As the agent has it: tests/Support/KinesisAgent/checkpoints.sql.
    private static async Task WriteCheckpointAsync(string database, string log, long offset)
    {
        var place = new SqliteConnectionStringBuilder { DataSource = database, Pooling = false };
        var connection = new SqliteConnection(place.ConnectionString);
        await using (connection)
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE FILE_CHECKPOINTS (
                  flow text, path text, fileId text,
                  lastModifiedTime bigint, size bigint, offset bigint,
                  lastUpdated datetime,
                  primary key (flow, path)
                );
                INSERT INTO FILE_CHECKPOINTS VALUES($flow, $path, $id, $time, $size, $offset, $updated);
                """;
            var file = new FileInfo(log);
            command.Parameters.AddWithValue("$flow", $"fh:orders:{log}*");
            command.Parameters.AddWithValue("$path", log);
            command.Parameters.AddWithValue("$id", await IdOfAsync(log));
            command.Parameters.AddWithValue("$time", new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$size", file.Length);
            command.Parameters.AddWithValue("$offset", offset);
            command.Parameters.AddWithValue(
                "$updated", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<string> IdOfAsync(string log)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "(dev=%D,ino=%i)", log]) { RedirectStandardOutput = true })!;
        var id = await stat.StandardOutput.ReadToEndAsync();
        await stat.WaitForExitAsync();
        return id.Trim();
    }
}
