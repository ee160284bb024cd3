using System.Runtime.InteropServices;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>
/// Cancels at Ctrl-C or SIGTERM, for a command that lasts until then: it ends with an exit code of its own, and a terminal is left as
/// it was.
/// </summary>
internal sealed class UntilSignal : IDisposable
{
    private readonly CancellationTokenSource _ended;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to take signals.</summary>
    /// <param name="cancellation">Cancels too.</param>
    public UntilSignal(CancellationToken cancellation)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End), PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _ended.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _ended.Dispose();
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ended.Cancel();
    }
}
