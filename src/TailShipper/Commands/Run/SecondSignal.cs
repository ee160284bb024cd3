using System.Runtime.InteropServices;

namespace Shipper.TailShipper.Commands.Run;

/// <summary>
/// The first SIGINT, SIGTERM or SIGQUIT drains; a second one ends the process at once. Nothing is lost: checkpoints are behind, never
/// ahead.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private const int EndedBySignal = 128;

    private readonly PosixSignalRegistration[] _registrations;
    private int _seen;
    private Action? _stop;

    /// <summary>Begins to count.</summary>
    public SecondSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Count(context, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Count(context, 15)),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => Count(context, 3)),
    ];

    /// <summary>True once there was a first one.</summary>
    public bool Seen => Volatile.Read(ref _seen) > 0;

    /// <summary>
    /// From now on the first one calls <paramref name="stop"/>: the host itself hears signals only once it has begun to start.
    /// </summary>
    public void Lead(Action stop) => Volatile.Write(ref _stop, stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Count(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _seen) > 1)
        {
            Environment.Exit(EndedBySignal + number);
        }

        Volatile.Read(ref _stop)?.Invoke();
    }
}
