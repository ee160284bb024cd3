using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Running;

/// <summary>
/// Stops the processes in the order of the data flow: the generator, then the shipper once it has settled everything, then the
/// Firehose, which delivers its buffers. Any other order would leave lines undelivered. The lake, if there is one, is last.
/// </summary>
/// <param name="children">The processes.</param>
/// <param name="sample">Takes a snapshot of the pipeline.</param>
/// <param name="enter">Called at the start of each phase, with its name.</param>
/// <param name="drainTimeout">How long to wait without new acknowledgements.</param>
/// <param name="time">The clock.</param>
internal sealed class ShutdownSequence(
    PipelineProcesses children, Func<Task<Snapshot>> sample, Action<string> enter, TimeSpan drainTimeout, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GeneratorTimeout = TimeSpan.FromSeconds(30);

    // More than the 25 s that the shipper takes at most, and enough for the Firehose to write its buffers.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(90);

    // A lake that is killed leaves nothing half done.
    private static readonly TimeSpan LakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>When the generator had ended, as a timestamp of the clock.</summary>
    public long GeneratorEnded { get; private set; }

    /// <summary>When everything was settled, or the drain timed out.</summary>
    public long DrainEnded { get; private set; }

    /// <summary>When the Firehose had delivered everything.</summary>
    public long FirehoseEnded { get; private set; }

    /// <summary>The exit code of the lake if it ended by itself, before it should.</summary>
    public int? LakeEndedWith { get; private set; }

    /// <summary>Stops all processes; false if not everything was settled.</summary>
    /// <exception cref="ProcessFailedException">A process ended too early or with an error.</exception>
    /// <exception cref="PipelineException">A process did not end in time and was killed.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted the run.</exception>
    public async Task<bool> RunAsync(CancellationToken abort)
    {
        enter("closing");
        await EndAsync(children.Generator, GeneratorTimeout, abort);
        GeneratorEnded = time.GetTimestamp();

        enter("draining");
        var drained = await DrainAsync(abort);
        DrainEnded = time.GetTimestamp();

        enter("stopping");
        await EndAsync(children.Shipper, StopTimeout, abort);
        await sample();

        enter("delivering");
        await EndAsync(children.Firehose, StopTimeout, abort);
        FirehoseEnded = time.GetTimestamp();
        if (children.Lake is { } lake)
        {
            await EndLakeAsync(lake, abort);
        }

        return drained;
    }

    // Whatever became of it, the lines are compared, and the rest of the objects is taken afterwards.
    private async Task EndLakeAsync(IChildProcess lake, CancellationToken abort)
    {
        LakeEndedWith = lake.Ended.IsCompleted ? await lake.Ended : null;
        lake.Terminate();
        try
        {
            await lake.Ended.WaitAsync(LakeTimeout, time, abort);
        }
        catch (TimeoutException)
        {
            lake.Kill();
            await lake.Ended;
        }
    }

    private async Task<bool> DrainAsync(CancellationToken abort)
    {
        var (settled, since) = (-1L, time.GetTimestamp());
        while (true)
        {
            var snapshot = await sample();
            if (snapshot.AllSettled)
            {
                return true;
            }

            await ProcessFailedException.ThrowIfEndedAsync(children.Shipper, children.Firehose);
            if (snapshot.Shipper.BytesSettled != settled)
            {
                (settled, since) = (snapshot.Shipper.BytesSettled, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(since) >= drainTimeout)
            {
                return false;
            }

            await Task.Delay(PollInterval, time, abort);
        }
    }

    private async Task EndAsync(IChildProcess child, TimeSpan timeout, CancellationToken abort)
    {
        child.Terminate();
        try
        {
            await child.Ended.WaitAsync(timeout, time, abort);
        }
        catch (TimeoutException)
        {
            child.Kill();
            throw new PipelineException($"the {child.Name} did not end within {timeout.TotalSeconds:F0} s after SIGTERM and was killed");
        }

        await ProcessFailedException.ThrowIfFailedAsync(child);
    }
}
