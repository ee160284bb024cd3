using System.Runtime.InteropServices;

namespace Shipper.LocalPipeline.Running;

/// <summary>The first Ctrl-C or SIGTERM asks for the orderly end, the second for the immediate one.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _seen;

    /// <summary>Begins to listen.</summary>
    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
    ];

    /// <summary>Completes with the first signal.</summary>
    public Task Stop => _stop.Task;

    /// <summary>Cancelled with the second.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _abort.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _seen) == 1)
        {
            _stop.TrySetResult();
        }
        else
        {
            _abort.Cancel();
        }
    }
}
