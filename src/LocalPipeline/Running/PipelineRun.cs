using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Running;

/// <summary>One run, from the first process to the verdict.</summary>
internal sealed class PipelineRun(
    RunRequest request,
    PipelineOptions options,
    RunDirectory directory,
    ServiceSettings settings,
    LakeTable table,
    StopSignals signals,
    TimeProvider time)
{
    private static readonly TimeSpan FirstLinePoll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the pipeline and shows its progress on <paramref name="screen"/>.</summary>
    /// <exception cref="ProcessFailedException">A process ended too early or with an error.</exception>
    /// <exception cref="PipelineException">A process did not start or end in time.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted the run.</exception>
    public async Task<RunOutcome> RunAsync(IScreen screen)
    {
        await using var launch = new ProcessLauncher(directory, settings, table, time);
        var children = await launch.StartAsync(signals.Abort);
        var started = time.GetTimestamp();
        using var firehose = new FirehoseClient(launch.FirehoseUrl!);
        var monitor = new PipelineMonitor(directory, firehose, children.All, table != LakeTable.None, time);
        using var status = new LiveStatus(monitor, screen, time) { Phase = "writing" };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(signals.Abort);
        var showing = status.RunAsync(ended.Token);
        try
        {
            await WriteAsync(children);
            var shutdown = new ShutdownSequence(
                children, () => status.RefreshAsync(), phase => status.Phase = phase, options.DrainPatience, time);
            var drained = await shutdown.RunAsync(signals.Abort);
            status.Phase = "verifying";
            var verdict = await VerifyAsync(status);
            var verifying = time.GetElapsedTime(shutdown.FirehoseEnded);
            var (lake, transforming) = await TransformAsync(status, verdict);
            status.Phase = "done";
            var last = await status.RefreshAsync(complete: true);
            var times = new StageTimes(
                time.GetElapsedTime(started, shutdown.GeneratorEnded),
                time.GetElapsedTime(started, shutdown.DrainEnded),
                time.GetElapsedTime(started, shutdown.FirehoseEnded),
                verifying,
                transforming);
            return new RunOutcome(verdict, last, times, drained, lake, shutdown.LakeEndedWith);
        }
        finally
        {
            await ended.CancelAsync();
            await showing;
        }
    }

    private async Task WriteAsync(PipelineProcesses children)
    {
        using var written = CancellationTokenSource.CreateLinkedTokenSource(signals.Abort);
        await Task.WhenAny(
            signals.Stop, DurationAsync(written.Token), children.Generator.Ended, children.Shipper.Ended, children.Firehose.Ended);
        await written.CancelAsync();
        signals.Abort.ThrowIfCancellationRequested();
        await ProcessFailedException.ThrowIfEndedAsync(children.Shipper, children.Firehose);
    }

    /// <summary>Ends when the requested duration has passed since the first line; never when none is requested.</summary>
    /// <remarks>A generator that is still starting, which takes seconds on a busy machine, has written nothing yet.</remarks>
    private async Task DurationAsync(CancellationToken cancellation)
    {
        while (request.Duration is not null && !HasLines())
        {
            await Task.Delay(FirstLinePoll, time, cancellation);
        }

        await Task.Delay(request.Duration ?? Timeout.InfiniteTimeSpan, time, cancellation);
    }

    private bool HasLines() => Directory.Exists(directory.Orders)
        && new DirectoryInfo(directory.Orders).EnumerateFiles().Any(file => file.Length > 0);

    private async Task<(LakeVerdict? Lake, TimeSpan Took)> TransformAsync(LiveStatus status, ComparisonResult verdict)
    {
        if (table == LakeTable.None)
        {
            return default;
        }

        status.Phase = "transforming";
        var started = time.GetTimestamp();
        var lake = await Task.Run(() => new LakeCheck(directory, table, time).RunAsync(verdict, signals.Abort));
        return (lake, time.GetElapsedTime(started));
    }

    private Task<ComparisonResult> VerifyAsync(LiveStatus status) =>
        Task.Run(() => new RunVerification(directory, time).CompareAsync(status, signals.Abort));
}
