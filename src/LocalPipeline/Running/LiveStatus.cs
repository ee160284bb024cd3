using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;

namespace Shipper.LocalPipeline.Running;

/// <summary>Takes snapshots of the pipeline and shows them, at intervals and on request.</summary>
internal sealed class LiveStatus(PipelineMonitor monitor, IScreen screen, TimeProvider time) : IProgress<ComparisonProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _sampling = new(1, 1);
    private object? _verified;

    /// <summary>What the pipeline is doing.</summary>
    public string Phase { get; set; } = "starting";

    /// <summary>Takes a snapshot and shows it.</summary>
    /// <param name="complete">Whether to count all lines, however long that takes.</param>
    public async Task<Snapshot> RefreshAsync(bool complete = false)
    {
        await _sampling.WaitAsync();
        try
        {
            var snapshot = await monitor.SampleAsync(Phase, (ComparisonProgress?)Volatile.Read(ref _verified), complete);
            screen.Show(snapshot);
            return snapshot;
        }
        finally
        {
            _sampling.Release();
        }
    }

    /// <summary>Refreshes at intervals until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <inheritdoc/>
    public void Report(ComparisonProgress value) => Volatile.Write(ref _verified, value);

    /// <inheritdoc/>
    public void Dispose() => _sampling.Dispose();
}
