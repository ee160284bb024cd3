using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Running;

/// <summary>Looks at the pipeline and shows what it sees: at intervals, and whenever someone needs to know.</summary>
internal sealed class LiveView(Watch watch, IScreen screen, TimeProvider time) : IProgress<VerificationProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _oneLook = new(1, 1);
    private long _verifiedLines;
    private long _verifiedBytes;
    private int _pass;

    /// <summary>What the pipeline is doing.</summary>
    public string Phase { get; set; } = "starting";

    /// <summary>Looks now, and shows it.</summary>
    /// <param name="complete">Whether to count all objects.</param>
    public async Task<Snapshot> RefreshAsync(bool complete = false)
    {
        await _oneLook.WaitAsync();
        try
        {
            var pass = Volatile.Read(ref _pass);
            VerificationProgress? verified = pass == 0 ? null : new(pass, Interlocked.Read(ref _verifiedLines), Interlocked.Read(ref _verifiedBytes));
            var snapshot = await watch.LookAsync(Phase, verified, complete);
            screen.Show(snapshot);
            return snapshot;
        }
        finally
        {
            _oneLook.Release();
        }
    }

    /// <summary>Looks at intervals until cancelled.</summary>
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
    public void Report(VerificationProgress value)
    {
        Interlocked.Exchange(ref _verifiedLines, value.Lines);
        Interlocked.Exchange(ref _verifiedBytes, value.Bytes);
        Volatile.Write(ref _pass, value.Pass);
    }

    /// <inheritdoc/>
    public void Dispose() => _oneLook.Dispose();
}
