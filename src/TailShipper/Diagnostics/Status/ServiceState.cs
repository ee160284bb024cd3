namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>Whether the service starts, runs or stops. Safe from any thread.</summary>
internal sealed class ServiceState
{
    private volatile ServicePhase _phase = ServicePhase.Starting;

    /// <summary>The phase of this moment.</summary>
    public ServicePhase Phase
    {
        get => _phase;
        set => _phase = value;
    }
}

/// <summary>The phases of the service.</summary>
internal enum ServicePhase
{
    /// <summary>It takes up its checkpoints.</summary>
    Starting,

    /// <summary>It tails and ships.</summary>
    Running,

    /// <summary>It drains.</summary>
    Stopping,
}
