using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Running;

/// <summary>One run from the first process to the verdict.</summary>
internal sealed class PipelineRun(RunRequest request, PipelineOptions options, RunDirectory directory, ChildSettings settings, StopSignals signals, TimeProvider time)
{
    /// <summary>Runs, and shows it on <paramref name="screen"/>.</summary>
    /// <exception cref="ChildEndedException">A process ended that should not have.</exception>
    /// <exception cref="PipelineException">A process did not do as it should.</exception>
    /// <exception cref="OperationCanceledException">The user would not wait.</exception>
    public async Task<Outcome> RunAsync(IScreen screen)
    {
        await using var launch = new Launch(directory, settings, time);
        var children = await launch.StartAsync(signals.Abort);
        var began = time.GetTimestamp();
        using var counters = new FirehoseCounters(launch.FirehoseUrl!);
        using var view = new LiveView(new Watch(directory, counters, children.All, time), screen, time) { Phase = "writing" };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(signals.Abort);
        var showing = view.RunAsync(over.Token);
        try
        {
            await WriteAsync(children);
            var order = new StopOrder(children, () => view.RefreshAsync(), phase => view.Phase = phase, options.DrainPatience, time);
            var drained = await order.RunAsync(signals.Abort);
            view.Phase = "verifying";
            var verdict = await VerifyAsync(view);
            var verifying = time.GetElapsedTime(order.FirehoseEnded);
            view.Phase = "done";
            var last = await view.RefreshAsync(complete: true);
            return new Outcome(
                verdict,
                last,
                new StageTimes(
                    time.GetElapsedTime(began, order.GeneratorEnded), time.GetElapsedTime(began, order.DrainEnded), time.GetElapsedTime(began, order.FirehoseEnded), verifying),
                drained);
        }
        finally
        {
            await over.CancelAsync();
            await showing;
        }
    }

    private async Task WriteAsync(Trio children)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(signals.Abort);
        var duration = Task.Delay(request.Duration ?? Timeout.InfiniteTimeSpan, time, enough.Token);
        await Task.WhenAny(signals.Stop, duration, children.Generator.Ended, children.Shipper.Ended, children.Firehose.Ended);
        await enough.CancelAsync();
        signals.Abort.ThrowIfCancellationRequested();
        await ChildEndedException.ThrowIfEndedAsync(children.Shipper, children.Firehose);
    }

    private Task<VerificationResult> VerifyAsync(LiveView view) => Task.Run(() => new Verifier().Compare(
        [.. Directory.EnumerateFiles(directory.Orders)], DeliveredLines.ObjectsBelow(directory.S3), view, signals.Abort));
}
