using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Processes;

/// <summary>The three processes of a running pipeline.</summary>
internal sealed record PipelineProcesses(IChildProcess Generator, IChildProcess Shipper, IChildProcess Firehose)
{
    /// <summary>In the order of the data flow.</summary>
    public IReadOnlyList<IChildProcess> All => [Generator, Shipper, Firehose];
}

/// <summary>Starts the three processes, the Firehose first, and ends those that still run when it is disposed.</summary>
internal sealed class ProcessLauncher(RunDirectory directory, ServiceSettings settings, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan UrlTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UrlPollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(5);

    private readonly LauncherThread _thread = new();
    private readonly List<ChildProcess> _started = [];

    /// <summary>URL of the local Firehose; null until started.</summary>
    public Uri? FirehoseUrl { get; private set; }

    /// <summary>Starts the processes.</summary>
    /// <exception cref="ProcessFailedException">The Firehose ended at its start.</exception>
    /// <exception cref="PipelineException">The Firehose did not open its port in time.</exception>
    public async Task<PipelineProcesses> StartAsync(CancellationToken abort)
    {
        var firehose = await StartAsync("firehose", "local-firehose", settings.Firehose());
        FirehoseUrl = await ReadUrlAsync(firehose, abort);
        var shipper = await StartAsync("shipper", "tailshipper", settings.Shipper(FirehoseUrl.GetLeftPart(UriPartial.Authority)));
        var generator = await StartAsync("generator", "order-log-generator", settings.Generator());
        return new PipelineProcesses(generator, shipper, firehose);
    }

    /// <summary>Ends the processes that still run: with SIGTERM, and after a timeout with SIGKILL.</summary>
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
                await child.Ended.WaitAsync(TerminationTimeout, time);
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

    private async Task<Uri> ReadUrlAsync(ChildProcess firehose, CancellationToken abort)
    {
        var started = time.GetTimestamp();
        while (!File.Exists(directory.FirehoseUrl))
        {
            await ProcessFailedException.ThrowIfEndedAsync(firehose);
            if (time.GetElapsedTime(started) >= UrlTimeout)
            {
                var log = RunDirectory.Relative(firehose.LogPath);
                throw new PipelineException(
                    $"the local Firehose did not open its port within {UrlTimeout.TotalSeconds:F0} s; see {log}");
            }

            await Task.Delay(UrlPollInterval, time, abort);
        }

        return new Uri((await File.ReadAllTextAsync(directory.FirehoseUrl, abort)).Trim());
    }
}
