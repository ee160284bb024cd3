using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Shipper.TailShipper.Hosting;

/// <summary>Where the configuration comes from, and the one in use.</summary>
/// <param name="start">The one that the service is started with.</param>
/// <param name="read">Reads files, environment and command line again; throws with every problem.</param>
/// <param name="signal">Says when.</param>
internal sealed class ReloadSource(ShipperSetup start, Func<ShipperSetup> read, ReloadSignal signal)
{
    private volatile ShipperSetup _current = start;

    /// <summary>The configuration in use. Flows that start later are made with it.</summary>
    public ShipperSetup Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Says when to reload.</summary>
    public ReloadSignal Signal => signal;

    /// <summary>Reads files, environment and command line again.</summary>
    /// <exception cref="Foundation.Configuration.ConfigurationException">It cannot be used; with every problem.</exception>
    public ShipperSetup Read() => read();
}

/// <summary>The request that the configuration be read again: SIGHUP, or what a supervisor asks for. Several at once are one.</summary>
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
