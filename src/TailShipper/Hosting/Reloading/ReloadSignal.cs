using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Shipper.TailShipper.Hosting.Reloading;

/// <summary>The wish that the configuration be read again: SIGHUP, or what a supervisor asks for. Several at once are one.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly PosixSignalRegistration? _hangUp;

    /// <summary>Begins to listen. On Windows there is no such signal: .NET's SIGHUP there means that the console closes.</summary>
    public ReloadSignal() => _hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        Raise();
    });

    /// <summary>Asks. Safe from any thread.</summary>
    public void Raise() => _asked.Writer.TryWrite(true);

    /// <summary>Waits until somebody asks.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _asked.Reader.ReadAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _hangUp?.Dispose();
}
