using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Verify;

/// <summary><c>tailshipper verify</c> against what the local Firehose wrote, as a directory and in an S3 made by others.</summary>
public sealed class VerifyTests
{
    private const string Gzip = "/usr/bin/gzip";

    [Fact]
    public async Task Every_line_of_live_rotated_and_archived_files_is_found_in_a_directory_and_in_s3()
    {
        Assert.SkipUnless(File.Exists(Gzip), "gzip is not here.");
        using var server = await S3Server.StartAsync();
        using var scene = await DeliveredAsync();

        var directory = await VerifyAsync(scene, scene.Firehose.Bucket("orders"));
        Assert.Equal((0, "input 3000, unique 3000, duplicate 0, loss 0 (0.00 %)"), (directory.ExitCode, Verdict(directory)));
        Assert.Contains("acknowledged in 3 files", directory.Output, StringComparison.Ordinal);

        await server.PutAllAsync(scene.Firehose.Bucket("orders"), "orders/");
        foreach (var (name, value) in S3Server.Environment)
        {
            scene.Environment[name] = value;
        }

        var s3 = await VerifyAsync(scene, "s3://orders-bucket/orders", "--endpoint", server.Url.AbsoluteUri);
        Assert.Equal((0, "input 3000, unique 3000, duplicate 0, loss 0 (0.00 %)"), (s3.ExitCode, Verdict(s3)));
    }

    [Fact]
    public async Task A_line_that_is_missing_is_named_by_file_and_offset_and_one_that_came_twice_by_object()
    {
        Assert.SkipUnless(File.Exists(Gzip), "gzip is not here.");
        using var scene = await DeliveredAsync();
        var delivered = scene.Directory.Make("delivered");
        var lines = scene.Firehose.Objects("orders").SelectMany(File.ReadAllLines).ToList();
        var (missing, twice) = ("app line 2", "app line 3");
        Assert.Contains(missing, lines);
        await WriteGzipAsync(Path.Join(delivered, "all"), lines.Where(line => line != missing));
        await WriteGzipAsync(Path.Join(delivered, "again"), [twice]);

        var answer = await VerifyAsync(scene, delivered, "--json");
        using var json = JsonDocument.Parse(answer.Output);
        var root = json.RootElement;
        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(
            ("lost", 3000, 2999, 1, 1),
            (
                root.GetProperty("answer").GetString(), root.GetProperty("input").GetInt32(), root.GetProperty("unique").GetInt32(),
                root.GetProperty("duplicate").GetInt32(), root.GetProperty("loss").GetInt32()));
        var place = root.GetProperty("missing")[0];
        Assert.Equal(scene.Log("app.log.2.gz"), place.GetProperty("name").GetString());
        Assert.Equal("app line 0\napp line 1\n".Length, place.GetProperty("offset").GetInt32());

        // Of equal lines those in the last object are the repeats.
        Assert.Equal(Path.Join(delivered, "all"), root.GetProperty("objects_with_repeats")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_cannot_be_determined_is_exit_code_2_with_one_sentence()
    {
        using var scene = Scene.Quiet();
        await File.WriteAllTextAsync(scene.Log("app.log"), "never shipped\n");
        var objects = scene.Directory.Make("objects");

        var nothing = await VerifyAsync(scene, objects);
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("unknown: flow orders: nothing is acknowledged yet", nothing.Output, StringComparison.Ordinal);

        var nowhere = await VerifyAsync(scene, scene.Directory.At("nowhere"));
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains("nowhere does not exist; name the directory that has the objects", nowhere.Error, StringComparison.Ordinal);

        var unknown = await scene.CommandAsync("verify", "bogus", "--delivered", objects);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("bogus", unknown.Error, StringComparison.Ordinal);

        var endpoint = await VerifyAsync(scene, objects, "--endpoint", "nonsense");
        Assert.Equal(2, endpoint.ExitCode);
        Assert.Contains("--endpoint nonsense is not an address", endpoint.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_prefixes_are_compared_without_a_configuration()
    {
        using var scene = Scene.Quiet();
        var (ours, theirs) = (scene.Directory.Make("ours"), scene.Directory.Make("theirs"));
        await WriteGzipAsync(Path.Join(ours, "a"), ["one", "two"]);
        await File.WriteAllTextAsync(Path.Join(theirs, "b"), "two\none\n");
        Assert.Equal(0, (await AgainstAsync()).ExitCode);

        await File.AppendAllTextAsync(Path.Join(theirs, "b"), "three\n");
        var different = await AgainstAsync();
        Assert.Equal(1, different.ExitCode);
        Assert.Contains($"in both 2, only in {ours} 0, only in {theirs} 1", different.Output, StringComparison.Ordinal);

        async Task<CommandResult> AgainstAsync()
        {
            using var process = new ServiceProcess("tailshipper", ["verify", "--delivered", ours, "--against", theirs]);
            return new CommandResult(await process.ExitAsync(), process.Output, process.Error);
        }
    }

    private static Task<CommandResult> VerifyAsync(Scene scene, string delivered, params string[] more) =>
        scene.CommandAsync(["verify", "orders", "--delivered", delivered, .. more]);

    private static string? Verdict(CommandResult result) =>
        result.Output.Split('\n').FirstOrDefault(line => line.StartsWith("input ", StringComparison.Ordinal));

    private static async Task WriteGzipAsync(string path, IEnumerable<string> lines)
    {
        await using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        await using var text = new StreamWriter(gzip) { NewLine = "\n" };
        foreach (var line in lines)
        {
            await text.WriteLineAsync(line);
        }
    }

    // app.log.2.gz, app.log.1 and app.log with a thousand lines each, all of them delivered.
    private static async Task<Scene> DeliveredAsync()
    {
        var scene = await Scene.StartAsync("app.log");
        var written = new LineCount();
        await scene.StartShipperAsync();
        await WriteAsync(0);
        File.Move(scene.Log("app.log"), scene.Log("app.log.2"));
        await WriteAsync(1000);
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        await WriteAsync(2000);
        await scene.ExactAsync(written);
        using var gzip = Process.Start(Gzip, scene.Log("app.log.2"));
        await gzip.WaitForExitAsync();
        return scene;

        async Task WriteAsync(int first)
        {
            var lines = Enumerable.Range(first, 1000).Select(number => $"app line {number}").ToList();
            lines.ForEach(line => written.Add(line));
            await File.AppendAllTextAsync(scene.Log("app.log"), string.Join('\n', lines) + "\n");
            await scene.ArrivedAsync(written);
        }
    }
}
