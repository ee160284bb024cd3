using System.Runtime.InteropServices;

namespace Shipper.LocalPipeline.Running;

/// <summary>The first Ctrl-C or SIGTERM requests an orderly stop, the second one an immediate one.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    /// <summary>Registers the signal handlers.</summary>
    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Completes with the first signal.</summary>
    public Task Stop => _stop.Task;

    /// <summary>Canceled with the second signal.</summary>
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

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
        {
            _stop.TrySetResult();
        }
        else
        {
            _abort.Cancel();
        }
    }
}
