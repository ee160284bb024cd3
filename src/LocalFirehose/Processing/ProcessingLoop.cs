using Microsoft.Extensions.Hosting;

namespace Shipper.LocalFirehose.Processing;

/// <summary>Processes what is due. It is not the loop of delivery, because a function may take minutes.</summary>
internal sealed class ProcessingLoop(SourceProcessing processing, TimeProvider time) : BackgroundService
{
    // Bounds how late an invocation comes after its hints, which are in whole seconds.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await processing.ProcessDueAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping; the flush at its end processes the rest.
        }
    }
}
