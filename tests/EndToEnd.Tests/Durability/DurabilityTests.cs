using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>The real shipper's system calls, over four lives of which two end by SIGKILL, keep the rules of durability.</summary>
public sealed class DurabilityTests
{
    private const int Lives = 4;
    private const int PiecesPerLife = 6;
    private const int LinesPerPiece = 100;
    private const int PieceWithLongLine = 2;

    [Fact]
    public async Task Whatever_a_checkpoint_says_was_on_disk_or_acknowledged_before_it_was_written()
    {
        Strace.Require();
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["MaxCallsInFlight"] = 4;
        await scene.Firehose.FaultsAsync(
            new JsonObject { ["FailedRecordShare"] = 0.1, ["ThrottledCallShare"] = 0.1, ["LatencyMs"] = 5, ["LatencyJitterMs"] = 60 });
        var traces = new List<IReadOnlyList<SystemCall>>();
        for (var life = 0; life < Lives; life++)
        {
            if (life == Lives / 2)
            {
                scene.Settings.Aggregate();
            }

            traces.Add(await LiveAsync(scene, life, killed: IsKilled(life)));
        }

        var judge = Judge(scene, traces);
        var seen = $"{judge.Snapshots} snapshots, {judge.Appends} appends, {judge.Letters} dead letters, " +
            $"{judge.Accepted} records accepted, {judge.Offsets} committed offsets";
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        Assert.True(judge.Violations.Count == 0, string.Join('\n', judge.Violations.Take(20)));

        // It has seen something of everything, and would have seen what is wrong.
        Assert.True(
            judge is { Snapshots: >= Lives, Appends: > 2 * Lives, Letters: >= 2 * Lives, Offsets: > 3 * Lives, Accepted: > Lives }, seen);
        Assert.NotEmpty(Judge(scene, Without(traces, call => call.Name == "fdatasync")).Violations);
        Assert.NotEmpty(Judge(scene, Without(traces, call => call.Name == "fsync" && call.Target == scene.State)).Violations);
        Assert.NotEmpty(Judge(scene, Without(traces, call => call.Name is "fsync" or "fdatasync"
            && call.Target.EndsWith(".jsonl", StringComparison.Ordinal))).Violations);
        Assert.NotEmpty(Judge(scene,
            Without(traces, call => call.Name == "recvfrom" && call.Text.Contains("200 OK", StringComparison.Ordinal))).Violations);
        Assert.NotEmpty(Judge(scene, Late(traces)).Violations);
    }

    private static bool IsKilled(int life) => life % 2 == 1;

    /// <summary>Starts it under strace, writes into three files, and ends it: in the middle, or when all has arrived.</summary>
    private static async Task<IReadOnlyList<SystemCall>> LiveAsync(Scene scene, int life, bool killed)
    {
        var output = scene.Directory.At($"trace.{life}");
        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        Append(scene, life, 0);
        await scene.LaunchShipper(tracer: Strace.Command(output)).SaysAsync("tailshipper is ready");
        await scene.SomeArriveAsync(before);
        var known = "";
        for (var piece = 1; piece < PiecesPerLife; piece++)
        {
            await Eventually.TrueAsync("a checkpoint is written", () => Checkpoints(scene) != known, scene.Evidence);
            known = Checkpoints(scene);
            Append(scene, life, piece);
        }

        if (killed)
        {
            await scene.Shipper.CrashAsync();
        }
        else
        {
            await scene.ArrivedAsync(Deliverable(scene));
            Assert.Equal(0, await scene.Shipper.StopAsync());
        }

        return await Strace.ReadAsync(output, scene.Shipper.Id);
    }

    /// <summary>The checkpoint files by name and size: something else after every commit.</summary>
    private static string Checkpoints(Scene scene) => string.Join(
        ' ', Directory.EnumerateFiles(scene.State, "checkpoints.*").Order(StringComparer.Ordinal).Select(path => $"{path}:{Size(path)}"));

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static void Append(Scene scene, int life, int piece)
    {
        for (var file = 0; file < 3; file++)
        {
            var text = new StringBuilder();
            for (var line = 0; line < LinesPerPiece; line++)
            {
                text.Append(CultureInfo.InvariantCulture, $"file {file}, life {life}, piece {piece}, line {line}\n");
            }

            if (piece == PieceWithLongLine && file == 1)
            {
                text.Append('x', 1_100_000).Append(life).Append('\n').Append(
                    CultureInfo.InvariantCulture, $"behind the long line of life {life}\n");
            }

            File.AppendAllText(scene.Log($"{file}.log"), text.ToString());
        }
    }

    /// <summary>Everything written but the long lines, which become dead letters.</summary>
    private static LineCount Deliverable(Scene scene)
    {
        var lines = new LineCount();
        foreach (var line in scene.Written().Lines.Keys.Where(line => line.Length < 1000))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static DurabilityJudge Judge(Scene scene, IReadOnlyList<IReadOnlyList<SystemCall>> traces)
    {
        var logs = new TracedLogs();
        foreach (var path in Directory.EnumerateFiles(scene.Logs))
        {
            logs.Add(path, File.ReadAllBytes(path));
        }

        var judge = new DurabilityJudge(scene.State, logs);
        for (var life = 0; life < traces.Count; life++)
        {
            judge.Judge(traces[life], IsKilled(life));
        }

        return judge;
    }

    private static List<IReadOnlyList<SystemCall>> Without(IEnumerable<IReadOnlyList<SystemCall>> traces, Func<SystemCall, bool> missing) =>
        [.. traces.Select(trace => trace.Where(call => !missing(call)).ToList())];

    /// <summary>The same with every answer a little later, behind the next checkpoint.</summary>
    private static List<IReadOnlyList<SystemCall>> Late(IEnumerable<IReadOnlyList<SystemCall>> traces) =>
        [.. traces.Select(trace => trace.Select(call => call.Name == "recvfrom" && call.Succeeded && NextAppend(trace, call) is { } append
            ? call with { Begin = append.End + 1, End = append.End + 1 }
            : call).OrderBy(call => call.Begin).ToList())];

    private static SystemCall? NextAppend(IReadOnlyList<SystemCall> trace, SystemCall call) => trace.FirstOrDefault(other =>
        other.Begin > call.End && other.Name == "pwrite64" && other.Target.EndsWith(".journal", StringComparison.Ordinal)
        && other.Text.Contains("\"commit\"", StringComparison.Ordinal));
}
