using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Dead letters as a person meets them: what lies there, what is in it, and how it is sent after all.</summary>
public sealed class DeadLetterCommandTests
{
    private const int Limit = 1_024_000;
    private const uint Nobody = 65534;

    [Fact]
    public async Task A_line_that_was_set_aside_is_listed_shown_and_sent_once_while_the_service_runs()
    {
        using var scene = await Scene.StartAsync();
        var line = Line(3_000_000);
        await SetAsideAsync(scene, line);
        var list = await scene.CommandAsync("deadletters", "list");
        Assert.True(list.ExitCode == 0, list.Everything);
        Assert.Contains("line too long: # bytes; a record holds #", list.Output, StringComparison.Ordinal);

        var letters = await LettersAsync(scene);
        Assert.Equal(12, letters.Count);
        var id = letters[3].GetProperty("id").GetString()!;
        var show = await scene.CommandAsync("deadletters", "show", id[..10]);
        Assert.True(
            show.ExitCode == 0 && show.Output.Contains("part of the line [7, 3000007), 3,000,000 bytes", StringComparison.Ordinal),
            show.Everything[..Math.Min(2000, show.Everything.Length)]);
        Assert.Equal(line[(3 * 256 * 1024)..(4 * 256 * 1024)], await RawAsync(scene, "show", id, "--raw"));
        Assert.Equal(line, await RawAsync(scene, "show", id, "--raw", "--line"));
        Assert.Equal(1, (await scene.CommandAsync("deadletters", "show", "ffff" + id[..28])).ExitCode);

        var refused = await scene.CommandAsync("deadletters", "resend");
        Assert.True(
            refused.ExitCode == 1 && refused.Output.Contains("orders: resent 0, still refused 1", StringComparison.Ordinal),
            refused.Everything);
        Assert.Contains("set it to Split or Truncate", refused.Output, StringComparison.Ordinal);

        scene.Settings.Flow()["Oversize"] = "Split";
        var resent = await scene.CommandAsync("deadletters", "resend", "--flow", "orders", "--reason", "LINE too long");
        Assert.True(
            resent.ExitCode == 0 && resent.Output.Contains("orders: resent 1, still refused 0", StringComparison.Ordinal),
            resent.Everything);
        var again = await scene.CommandAsync("deadletters", "resend");
        Assert.True(
            again.ExitCode == 0 && again.Output.Contains("orders: resent 0, still refused 0, 1 resent before", StringComparison.Ordinal),
            again.Everything);
        Assert.Contains("No dead letters that wait", (await scene.CommandAsync("deadletters", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var arrived = await BytesAsync(scene);
        Assert.Equal("before\nafter\n", Encoding.ASCII.GetString(arrived.AsSpan(0, 13)));
        Assert.Equal(line.AsSpan().Count((byte)'\n') + 4, arrived.AsSpan().Count((byte)'\n'));
        Assert.True(line[..^1].AsSpan().SequenceEqual([.. arrived.Skip(13).Where(value => value != '\n')]), "the pieces are not the line");
    }

    [Theory]
    [InlineData("Split", false)]
    [InlineData("Split", true)]
    [InlineData("Truncate", false)]
    public async Task A_line_of_100_MB_passes_as_the_policy_says_and_needs_no_memory(string policy, bool aggregated)
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Flow()["Oversize"] = policy;
        scene.Settings.Section["MaxCallsInFlight"] = 1; // one at a time keeps their order
        if (aggregated)
        {
            scene.Settings.Aggregate();
        }

        var line = Line(100 * 1024 * 1024);
        await File.WriteAllBytesAsync(scene.Log("app.log"), [.. "before\n"u8, .. line, .. "after\n"u8]);
        await scene.StartShipperAsync();
        var shipped = await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log"));
        Assert.True(shipped.ExitCode == 0, shipped.Everything + scene.Evidence());
        Assert.InRange(scene.Shipper.PeakMemory, 1, 250L << 20);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.Empty(DeadLetterFiles.Bytes(scene.State));
        var arrived = await BytesAsync(scene);
        byte[] expected = policy == "Truncate"
            ? [.. "before\n"u8, .. line[..(Limit - 1)], .. "\nafter\n"u8]
            : [.. "before\n"u8, .. line[..^1].Chunk(Limit - 1).SelectMany(piece => piece.Append((byte)'\n')), .. "after\n"u8];
        Assert.True(expected.AsSpan().SequenceEqual(arrived), $"{arrived.Length} bytes arrived where {expected.Length} are due");
        Assert.Equal(policy == "Truncate" ? line.Length - Limit : 0, MetricsFile.Last(scene.State, "truncated_bytes"));
        Assert.Equal(line.Length + 13, MetricsFile.Last(scene.State, "acknowledged_bytes"));
        Assert.Equal(0, MetricsFile.Last(scene.State, "conservation_residue_bytes"));
    }

    [Fact]
    public async Task A_resend_that_is_killed_repeats_no_more_than_one_call()
    {
        using var scene = await Scene.StartAsync();
        await SetAsideAsync(scene, Line(40_000_000));
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 2000 });
        scene.Settings.Flow()["Oversize"] = "Split";
        using (var resend = new ServiceProcess("tailshipper", ["deadletters", "resend", .. Configuration(scene)]))
        {
            await Eventually.TrueAsync(
                "some of it is sent",
                async () => await scene.Firehose.CounterAsync("orders", "BytesAccepted") > before + 8_000_000,
                resend.Evidence);
            await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 600_000 }); // from here on it waits for an answer
            var second = await scene.CommandAsync("deadletters", "resend");
            Assert.True(
                second.ExitCode == 75 && second.Error.Contains("Another resend is running", StringComparison.Ordinal), second.Everything);
            await resend.CrashAsync();
        }

        await scene.Firehose.HealAsync();
        var result = await scene.CommandAsync("deadletters", "resend");
        Assert.True(result.ExitCode == 0, result.Everything);
        var sent = await scene.Firehose.CounterAsync("orders", "BytesAccepted") - before;
        Assert.InRange(sent, 40_000_000, 40_000_000 + (4 << 20) + 100);
        var pieces = Line(40_000_000)[..^1].Chunk(Limit - 1)
            .Select(piece => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(piece))).ToHashSet();
        var arrived = Split(await BytesAsync(scene)).Where(piece => piece.Length > 100)
            .Select(piece => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(piece))).ToHashSet();
        Assert.True(pieces.SetEquals(arrived), "the pieces that arrived are not those of the line");
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL", "DeliveryStream", true)]
    [InlineData("AWS_ENDPOINT_URL_KINESIS", "KinesisStream", true)]
    [InlineData("AWS_ENDPOINT_URL_KINESIS", "DeliveryStream", false)]
    public async Task A_resend_needs_a_region_exactly_where_the_service_does(string endpoint, string destination, bool runs)
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["Aws"] = new JsonObject();
        scene.Settings.Flow().Remove("DeliveryStream");
        scene.Settings.Flow()[destination] = "orders";
        scene.Environment["AWS_REGION"] = null;
        scene.Environment[endpoint] = "http://127.0.0.1:9";
        var result = await scene.CommandAsync("deadletters", "resend");
        Assert.True(result.ExitCode == (runs ? 0 : 78), result.Everything);
        Assert.Contains(runs ? "No dead letters in" : "there is no region", result.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_letters_from_being_sent_is_said_in_words()
    {
        using var scene = await Scene.StartAsync();
        await SetAsideAsync(scene, Line(1_100_000));
        scene.Settings.Flow()["Oversize"] = "Truncate";
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = "AccessDeniedException", ["ErrorStatus"] = 400 });
        var denied = await scene.CommandAsync("deadletters", "resend");
        Assert.True(
            denied.ExitCode == 1 && denied.Output.Contains("stopped: AccessDeniedException", StringComparison.Ordinal), denied.Everything);
        Assert.Contains(
            "lacks firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/orders", denied.Output, StringComparison.Ordinal);
        await scene.Firehose.HealAsync();
        Assert.Equal(2, (await scene.CommandAsync("deadletters", "resend", "--flow", "none")).ExitCode);
        Assert.Equal(0, (await scene.CommandAsync("deadletters", "resend", "--since", "2100-01-01")).ExitCode);
        var sent = await scene.CommandAsync("deadletters", "resend");
        Assert.True(
            sent.ExitCode == 0 && sent.Output.Contains("orders: resent 1, still refused 0", StringComparison.Ordinal), sent.Everything);
    }

    [Fact]
    public async Task At_the_cap_the_file_waits_and_goes_on_when_letters_were_sent()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["DeadLetters"] = new JsonObject { ["MaxFileBytes"] = 2_000_000, ["MaxBytes"] = 4_500_000 };
        await SetAsideAsync(scene, Line(2_000_000));
        await File.AppendAllBytesAsync(scene.Log("app.log"), [.. Line(2_100_000), .. "last\n"u8]);
        await File.WriteAllTextAsync(scene.Log("other.log"), "other\n");
        await scene.Shipper.SaysAsync("waits at a line too long for a record, which cannot be set aside");
        await Eventually.TrueAsync(
            "it is degraded",
            () => MetricsFile.Read(scene.State).Any(
                line => line.TryGetProperty("reason", out var reason) && reason.GetString()!.Contains(
                    "Shipper:DeadLetters:MaxBytes allows 4,500,000", StringComparison.Ordinal)),
            scene.Evidence);
        await Eventually.TrueAsync(
            "other files go on", async () => (await scene.DeliveredAsync()).Lines.ContainsKey("other"), scene.Evidence);
        Assert.False((await scene.DeliveredAsync()).Lines.ContainsKey("last"));

        scene.Settings.Flow()["Oversize"] = "Truncate"; // for the resend; the service has read its own
        var resent = await scene.CommandAsync("deadletters", "resend");
        Assert.True(resent.ExitCode is 0, resent.Everything);
        await Eventually.TrueAsync("it goes on", async () => (await scene.DeliveredAsync()).Lines.ContainsKey("last"), scene.Evidence);
        Assert.Contains("in it were resent", scene.Shipper.Error, StringComparison.Ordinal);
        Assert.Equal(0, MetricsFile.Last(scene.State, "removed_dead_letters"));
        await Eventually.TrueAsync(
            "it says that the second line waits",
            () => MetricsFile.Read(scene.State) is [.., var last] && last.TryGetProperty("reason", out var reason)
                && reason.GetString()!.Contains("dead letter waits", StringComparison.Ordinal),
            scene.Evidence);
        Assert.Equal(0, (await scene.CommandAsync("deadletters", "resend")).ExitCode);
        await Eventually.TrueAsync(
            "it is well again",
            () => MetricsFile.Read(scene.State) is [.., var last] && last.GetProperty("health").GetString() == "ok",
            scene.Evidence);
    }

    [Fact]
    public async Task On_a_full_disk_a_line_waits_until_it_can_be_set_aside()
    {
        using var scene = await Scene.StartAsync();
        Directory.CreateDirectory(scene.State);
        using var disk = SmallDisk.Mount(Path.Join(scene.State, "dead-letters"), 2500);
        disk.Fill();
        var line = Line(1_200_000);
        await File.WriteAllBytesAsync(scene.Log("app.log"), [.. "before\n"u8, .. line, .. "after\n"u8]);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("waits at a line too long for a record, which cannot be set aside");
        await Eventually.TrueAsync(
            "it is degraded",
            () => MetricsFile.Read(scene.State) is [.., var last] && last.TryGetProperty("reason", out var reason)
                && reason.GetString()!.Contains("Make room on the disk", StringComparison.Ordinal),
            scene.Evidence);
        await Eventually.TrueAsync(
            "what comes before it arrives", () => MetricsFile.Last(scene.State, "acknowledged_bytes") == 7, scene.Evidence);
        Assert.Equal(0, MetricsFile.Last(scene.State, "dead_lettered_bytes"));
        disk.Free();
        await Eventually.TrueAsync("it goes on", async () => (await scene.DeliveredAsync()).Lines.ContainsKey("after"), scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var letters = await LettersAsync(scene);
        Assert.Equal(5, letters.Count);
        Assert.Equal(line, await RawAsync(scene, "show", letters[2].GetProperty("id").GetString()!, "--raw", "--line"));
    }

    [Fact]
    public async Task A_resend_by_root_leaves_nothing_that_the_service_may_not_use_and_one_by_a_stranger_sends_nothing()
    {
        Assert.SkipUnless(Posix.IsRoot, "only root can start a service under another account.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv (util-linux) is not here.");
        using var probe = new ServiceProcess("tailshipper", ["--help"], user: Nobody);
        Assert.SkipUnless(await probe.ExitAsync() == 0, "nobody may not start the executables in this folder.");
        using var scene = await Scene.StartAsync();
        File.SetUnixFileMode(scene.Directory.Path, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(scene.State);
        Posix.Give(scene.State, Nobody);
        await SetAsideAsync(scene, Line(1_100_000), Nobody);
        scene.Settings.Flow()["Oversize"] = "Split";
        var configuration = Configuration(scene);
        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        foreach (var command in new[] { "list", "resend" })
        {
            using var stranger = new ServiceProcess("tailshipper", ["deadletters", command, .. configuration], user: Nobody - 1);
            Assert.Equal(2, await stranger.ExitAsync());
            Assert.Contains("ask as the service's user or as root", stranger.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await scene.Firehose.CounterAsync("orders", "BytesAccepted"));
        var resent = await scene.CommandAsync("deadletters", "resend");
        Assert.True(resent.ExitCode == 0 && resent.Output.Contains("resent 1,", StringComparison.Ordinal), resent.Everything);
        using var own = new ServiceProcess("tailshipper", ["deadletters", "resend", .. configuration], user: Nobody);
        Assert.True(
            await own.ExitAsync() == 0 && own.Output.Contains("1 resent before", StringComparison.Ordinal), own.Evidence() + own.Output);
    }

    [Fact]
    public async Task The_order_log_is_billed_hardly_more_than_its_size_and_check_said_so_before()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Aggregate();
        scene.Settings.Flow()["MaxBatchAge"] = "1s";
        await scene.Generate("LinesPerSecond=0", "MaxLines=60000", "Sequence=false").FinishAsync();
        var check = await scene.CommandAsync("check");
        Assert.True(check.ExitCode == 0, check.Everything);
        Assert.Contains("GiB with a record for each line, 1.0", check.Output, StringComparison.Ordinal);
        await scene.StartShipperAsync();
        await scene.ExactAsync(scene.Written());
        var last = MetricsFile.Read(scene.State)[^1];
        Assert.Equal(scene.Written().Bytes, last.GetProperty("record_bytes").GetInt64());
        Assert.Equal(await scene.Firehose.CounterAsync("orders", "BilledBytes"), last.GetProperty("billed_bytes").GetInt64());
        Assert.InRange(last.GetProperty("billed_ratio").GetDouble(), 1, 1.05);
    }

    private static byte[] Line(int length)
    {
        var line = new byte[length];
        new Random(length).NextBytes(line);
        foreach (ref var value in line.AsSpan())
        {
            value &= 0x7F; // no UTF-8 that would move a cut
        }

        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)0, (byte)1);
        line[^1] = (byte)'\n';
        return line;
    }

    private static async Task SetAsideAsync(Scene scene, byte[] line, uint? user = null)
    {
        await File.WriteAllBytesAsync(scene.Log("app.log"), [.. "before\n"u8, .. line, .. "after\n"u8]);
        await scene.StartShipperAsync(user);
        await Eventually.TrueAsync(
            "the line is set aside", () => MetricsFile.Last(scene.State, "dead_lettered_bytes") == line.Length, scene.Evidence);
        await Eventually.TrueAsync("the rest arrives", () => MetricsFile.Last(scene.State, "acknowledged_bytes") == 13, scene.Evidence);
    }

    private static async Task<List<JsonElement>> LettersAsync(Scene scene)
    {
        var list = await scene.CommandAsync("deadletters", "list", "--each", "--json");
        Assert.True(list.ExitCode == 0, list.Everything);
        return [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<byte[]> RawAsync(Scene scene, params string[] command)
    {
        var path = scene.Directory.At("raw");
        using var process = new ServiceProcess(
            "tailshipper", ["deadletters", .. command, .. Configuration(scene)], before: ["bash", "-c", $"exec \"$0\" \"$@\" > '{path}'"]);
        Assert.True(await process.ExitAsync() == 0, process.Evidence());
        return await File.ReadAllBytesAsync(path);
    }

    private static async Task<byte[]> BytesAsync(Scene scene)
    {
        var objects = await scene.Firehose.ObjectsAsync("orders");
        return [.. objects.SelectMany(File.ReadAllBytes)];
    }

    private static IEnumerable<byte[]> Split(byte[] content)
    {
        for (var at = 0; at < content.Length;)
        {
            var length = content.AsSpan(at).IndexOf((byte)'\n');
            yield return content[at..(at + length)];
            at += length + 1;
        }
    }

    private static string[] Configuration(Scene scene)
    {
        var path = scene.Directory.At("letters.json");
        scene.Settings.Write(path);
        return ["--config", path, "--set", $"Shipper:Aws:ServiceUrl={scene.Firehose.Url}"];
    }
}
