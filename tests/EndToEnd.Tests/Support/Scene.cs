using System.Text.Json;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>One test's world: a directory, a local Firehose, a shipper that can be started any number of times.</summary>
internal sealed class Scene : IDisposable
{
    // Each look makes objects of what has arrived; a look every moment would make thousands.
    private static readonly TimeSpan ObjectPause = TimeSpan.FromMilliseconds(150);
    private const int ShownProcesses = 4;

    private readonly List<ServiceProcess> _processes = [];

    private Scene(string[] streams, bool killable)
    {
        Logs = Directory.Make("logs");
        State = Directory.At("state");
        Firehose = new TestFirehose(Directory, streams, killable);
        Settings = new ShipperSettings(State);
    }

    public TemporaryDirectory Directory { get; } = new();

    public TestFirehose Firehose { get; }

    public ShipperSettings Settings { get; }

    /// <summary>Where the logs are.</summary>
    public string Logs { get; }

    /// <summary>The shipper's state directory.</summary>
    public string State { get; }

    /// <summary>The shipper started last.</summary>
    public ServiceProcess Shipper => _processes[^1];

    /// <summary>Variables of the shipper's environment besides the usual ones.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>With one flow: every <paramref name="pattern"/> in the log directory to the delivery stream "orders".</summary>
    public static async Task<Scene> StartAsync(string pattern = "*.log", bool killable = false)
    {
        var scene = await StartAsync(["orders"], killable);
        scene.Settings.AddFlow("orders", Path.Join(scene.Logs, pattern));
        return scene;
    }

    /// <summary>
    /// With these delivery streams and no flow yet; a Firehose that is <paramref name="killable"/> is a process of its own.
    /// </summary>
    public static async Task<Scene> StartAsync(string[] streams, bool killable = false)
    {
        var scene = new Scene(streams, killable);
        try
        {
            await scene.Firehose.StartAsync();
        }
        catch
        {
            scene.Dispose();
            throw;
        }

        return scene;
    }

    /// <summary>A scene without a Firehose, for commands that send nothing.</summary>
    public static Scene Quiet(string pattern = "*.log")
    {
        var scene = new Scene([], killable: false);
        scene.Settings.AddFlow("orders", Path.Join(scene.Logs, pattern));
        return scene;
    }

    /// <summary>A path in the log directory.</summary>
    public string Log(string name) => Path.Join(Logs, name);

    /// <summary>Starts the shipper without waiting for it.</summary>
    public ServiceProcess LaunchShipper(uint? user = null, IReadOnlyList<string>? tracer = null, params string[] more)
    {
        _processes.Add(new ServiceProcess("tailshipper", ["run", .. Configuration(), .. more], Environment, user, tracer));
        return Shipper;
    }

    /// <summary>Starts the shipper under a limit on file descriptors, and waits until it is ready.</summary>
    public async Task<ServiceProcess> StartShipperWithDescriptorsAsync(int descriptors)
    {
        _processes.Add(new ServiceProcess("tailshipper", ["run", .. Configuration()], Environment, descriptors: descriptors));
        await Shipper.SaysAsync("tailshipper is ready");
        return Shipper;
    }

    /// <summary>Starts the shipper and waits until it is ready.</summary>
    public async Task<ServiceProcess> StartShipperAsync(uint? user = null)
    {
        await LaunchShipper(user).SaysAsync("tailshipper is ready");
        return Shipper;
    }

    /// <summary>Runs one of the shipper's commands to its end.</summary>
    public async Task<CommandResult> CommandAsync(params string[] arguments)
    {
        using var process = new ServiceProcess("tailshipper", [.. arguments, .. Configuration()], Environment);
        var code = await process.ExitAsync();
        return new CommandResult(code, process.Output, process.Error);
    }

    /// <summary>A generator that writes into the log directory.</summary>
    public GeneratorProcess Generate(params string[] settings)
    {
        var generator = new GeneratorProcess(Logs, settings);
        _processes.Insert(0, generator);
        return generator;
    }

    /// <summary>Every line in the log directory's files.</summary>
    public LineCount Written() => LineCount.Of(System.IO.Directory.EnumerateFiles(Logs, "*", SearchOption.AllDirectories));

    /// <summary>Every line in a delivery stream's bucket.</summary>
    public async Task<LineCount> DeliveredAsync(string stream = "orders") => LineCount.Of(await Firehose.ObjectsAsync(stream));

    /// <summary>Waits until the stream has taken anything beyond what it had.</summary>
    public async Task SomeArriveAsync(long beyond = 0, string stream = "orders") => await Eventually.TrueAsync(
        "lines arrive", async () => await Firehose.CounterAsync(stream, "BytesAccepted") > beyond, Evidence);

    /// <summary>Waits until every line of <paramref name="written"/> has arrived; more may.</summary>
    public async Task<Comparison> ArrivedAsync(LineCount written, string stream = "orders")
    {
        var comparison = new Comparison(written.Total, 0, 0, written.Total, 0, "");
        await Eventually.TrueAsync(
            $"all of {written.Total} lines arrive in {stream}",
            async () =>
            {
                var objects = await Firehose.ObjectsAsync(stream);
                if (objects.Sum(path => new FileInfo(path).Length) < written.Bytes)
                {
                    return false;
                }

                comparison = Comparison.Of(written, LineCount.Of(objects));
                return comparison.Loss == 0;
            },
            () => $"{comparison = Comparison.Of(written, LineCount.Of(Firehose.Objects(stream)))}\n{comparison.Examples}\n{Evidence()}",
            ObjectPause);
        return comparison;
    }

    /// <summary>Waits for every line, stops the shipper, and fails unless each arrived exactly once.</summary>
    public async Task ExactAsync(LineCount written, string stream = "orders")
    {
        await ArrivedAsync(written, stream);
        Assert.True(await Shipper.StopAsync() == 0, Evidence());
        Check(Comparison.Of(written, await DeliveredAsync(stream)), duplicates: 0);
    }

    /// <summary>Waits for every line, stops the shipper, and fails on more than <paramref name="duplicates"/> repeats.</summary>
    public async Task<Comparison> AtLeastOnceAsync(LineCount written, long duplicates, string stream = "orders")
    {
        await ArrivedAsync(written, stream);
        Assert.True(await Shipper.StopAsync() == 0, Evidence());
        var comparison = Comparison.Of(written, await DeliveredAsync(stream));
        Check(comparison, duplicates);
        return comparison;
    }

    /// <summary>How far the checkpoints on disk know the newest stream that has <paramref name="path"/>; 0 where they know none.</summary>
    public async Task<long> CommittedAsync(string path)
    {
        var list = await CommandAsync("checkpoints", "list", "--json");
        return list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(stream => stream.GetProperty("path").GetString() == path).OrderBy(stream => stream.GetProperty("stream").GetInt64())
            .Select(stream => stream.GetProperty("committed_bytes").GetInt64()).LastOrDefault();
    }

    /// <summary>What the processes said; of many the last.</summary>
    public string Evidence() =>
        string.Join('\n', _processes.TakeLast(ShownProcesses).Select(process => process.Evidence()).Append(Firehose.Evidence()));

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        Firehose.Dispose();
        Directory.Dispose();
    }

    private void Check(Comparison comparison, long duplicates)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.ToString());
        Assert.True(
            comparison is { Loss: 0, Foreign: 0 } && comparison.Duplicate <= duplicates,
            $"{comparison}, where {duplicates} duplicates are allowed\n{comparison.Examples}\n{Evidence()}");
    }

    /// <summary>The options that name the configuration.</summary>
    public string[] Configuration()
    {
        var path = Directory.At("shipper.json");
        Settings.Write(path);
        return Firehose.Url.Length == 0 ? ["--config", path] : ["--config", path, "--set", $"Shipper:Aws:ServiceUrl={Firehose.Url}"];
    }
}
