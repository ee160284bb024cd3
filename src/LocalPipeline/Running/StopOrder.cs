using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Running;

/// <summary>
/// Ends the processes from the source down: the generator, then the shipper once it has nothing left, then the Firehose,
/// which delivers what it holds. Any other order would leave lines behind.
/// </summary>
/// <param name="children">The processes.</param>
/// <param name="look">Looks at the pipeline now.</param>
/// <param name="enter">Is told each phase.</param>
/// <param name="drainPatience">How long to wait while nothing more is acknowledged.</param>
/// <param name="time">The clock.</param>
internal sealed class StopOrder(Trio children, Func<Task<Snapshot>> look, Action<string> enter, TimeSpan drainPatience, TimeProvider time)
{
    private static readonly TimeSpan DrainTick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GeneratorPatience = TimeSpan.FromSeconds(30);

    // Above the shipper's own budget of 25 s, and enough for the Firehose to write what it holds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>When the generator had ended; a timestamp of the clock.</summary>
    public long GeneratorEnded { get; private set; }

    /// <summary>When everything was acknowledged, or was given up.</summary>
    public long DrainEnded { get; private set; }

    /// <summary>When the Firehose had delivered everything.</summary>
    public long FirehoseEnded { get; private set; }

    /// <summary>Ends them all; false when the shipper could not get rid of everything.</summary>
    /// <exception cref="ChildEndedException">One of them ended with a fault, or before its turn.</exception>
    /// <exception cref="PipelineException">One of them would not end, and was killed.</exception>
    /// <exception cref="OperationCanceledException">The user would not wait.</exception>
    public async Task<bool> RunAsync(CancellationToken abort)
    {
        enter("closing");
        await EndAsync(children.Generator, GeneratorPatience, abort);
        GeneratorEnded = time.GetTimestamp();

        enter("draining");
        var drained = await DrainAsync(abort);
        DrainEnded = time.GetTimestamp();

        enter("stopping");
        await EndAsync(children.Shipper, Patience, abort);
        await look();

        enter("delivering");
        await EndAsync(children.Firehose, Patience, abort);
        FirehoseEnded = time.GetTimestamp();
        return drained;
    }

    private async Task<bool> DrainAsync(CancellationToken abort)
    {
        var (settled, since) = (-1L, time.GetTimestamp());
        while (true)
        {
            var snapshot = await look();
            if (snapshot.AllSettled)
            {
                return true;
            }

            await ChildEndedException.ThrowIfEndedAsync(children.Shipper, children.Firehose);
            if (snapshot.Shipper.BytesSettled != settled)
            {
                (settled, since) = (snapshot.Shipper.BytesSettled, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(since) >= drainPatience)
            {
                return false;
            }

            await Task.Delay(DrainTick, time, abort);
        }
    }

    private async Task EndAsync(IChild child, TimeSpan patience, CancellationToken abort)
    {
        child.Terminate();
        try
        {
            await child.Ended.WaitAsync(patience, time, abort);
        }
        catch (TimeoutException)
        {
            child.Kill();
            throw new PipelineException($"the {child.Name} did not end within {patience.TotalSeconds:F0} s of SIGTERM and was killed");
        }

        await ChildEndedException.ThrowIfFailedAsync(child);
    }
}
