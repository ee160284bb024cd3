using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Processes;

/// <summary>Starts the three processes, the Firehose first, and makes sure that none outlives the run.</summary>
internal sealed class Launch(RunDirectory directory, ChildSettings settings, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan UrlPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UrlTick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly StartingThread _thread = new();
    private readonly List<ChildProcess> _started = [];

    /// <summary>The local Firehose's address; known once started.</summary>
    public Uri? FirehoseUrl { get; private set; }

    /// <summary>Starts them.</summary>
    /// <exception cref="ChildEndedException">The Firehose could not start.</exception>
    public async Task<Trio> StartAsync(CancellationToken abort)
    {
        var firehose = await StartAsync("firehose", "local-firehose", settings.Firehose());
        FirehoseUrl = await UrlAsync(firehose, abort);
        var shipper = await StartAsync("shipper", "tailshipper", settings.Shipper(FirehoseUrl.GetLeftPart(UriPartial.Authority)));
        var generator = await StartAsync("generator", "order-log-generator", settings.Generator());
        return new Trio(generator, shipper, firehose);
    }

    /// <summary>Ends whatever still runs: politely, then not.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var child in _started)
        {
            child.Terminate();
        }

        foreach (var child in _started)
        {
            try
            {
                await child.Ended.WaitAsync(LastPatience, time);
            }
            catch (TimeoutException)
            {
                child.Kill();
                await child.Ended;
            }

            child.Dispose();
        }

        _thread.Dispose();
    }

    private async Task<ChildProcess> StartAsync(string name, string executable, IReadOnlyList<string> arguments)
    {
        var child = await ChildProcess.StartAsync(_thread, name, executable, arguments, directory.Log(name));
        _started.Add(child);
        return child;
    }

    private async Task<Uri> UrlAsync(ChildProcess firehose, CancellationToken abort)
    {
        var began = time.GetTimestamp();
        while (!File.Exists(directory.FirehoseUrl))
        {
            await ChildEndedException.ThrowIfEndedAsync(firehose);
            if (time.GetElapsedTime(began) >= UrlPatience)
            {
                throw new PipelineException($"the local Firehose did not open its port within {UrlPatience.TotalSeconds:F0} s; see {RunDirectory.Relative(firehose.LogPath)}");
            }

            await Task.Delay(UrlTick, time, abort);
        }

        return new Uri((await File.ReadAllTextAsync(directory.FirehoseUrl, abort)).Trim());
    }
}

/// <summary>The three processes of a running pipeline.</summary>
internal sealed record Trio(IChild Generator, IChild Shipper, IChild Firehose)
{
    /// <summary>In the order in which a byte passes them.</summary>
    public IReadOnlyList<IChild> All => [Generator, Shipper, Firehose];
}
