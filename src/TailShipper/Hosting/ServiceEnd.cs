using Microsoft.Extensions.Hosting;

namespace Shipper.TailShipper.Hosting;

/// <summary>Ends the service: as asked, or because a loop failed. Safe from any thread.</summary>
internal sealed class ServiceEnd(IHostApplicationLifetime lifetime)
{
    private Exception? _fault;

    /// <summary>The first fault of a loop; null when there was none.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Begins an orderly stop; returns at once.</summary>
    public void Request() => lifetime.StopApplication();

    /// <summary>Remembers the first fault, and stops the service, which then ends with exit code 1.</summary>
    public void Fail(Exception fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        lifetime.StopApplication();
    }
}
