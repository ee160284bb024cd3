using Shipper.Foundation.Files;
using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Processes;

/// <summary>The processes of a running pipeline; the lake may be left out.</summary>
internal sealed record PipelineProcesses(
    IChildProcess Generator, IChildProcess Shipper, IChildProcess Firehose, IChildProcess? Lake = null)
{
    /// <summary>In the order of the data flow.</summary>
    public IReadOnlyList<IChildProcess> All => Lake is null ? [Generator, Shipper, Firehose] : [Generator, Shipper, Firehose, Lake];
}

/// <summary>Starts the processes, the Firehose first, and ends those that still run when it is disposed.</summary>
internal sealed class ProcessLauncher(RunDirectory directory, ServiceSettings settings, LakeTable table, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan UrlTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UrlPollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(5);

    private const int LakeNice = 10;

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

        // Last, and it yields to the others: they must not start later or be slower because of it.
        return new PipelineProcesses(generator, shipper, firehose, table == LakeTable.None ? null : await StartLakeAsync());
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

    private Task<ChildProcess> StartLakeAsync()
    {
        PrivateFiles.CreateDirectory(directory.S3); // before the first object there is none
        return StartAsync("lake", "order-lake", settings.Lake(table), LakeNice);
    }

    private async Task<ChildProcess> StartAsync(string name, string executable, IReadOnlyList<string> arguments, int nice = 0)
    {
        var child = await ChildProcess.StartAsync(_thread, name, executable, arguments, directory.Log(name), nice);
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
