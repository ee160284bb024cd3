namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>How far the service is in its life.</summary>
internal enum ServicePhase
{
    /// <summary>It takes up its checkpoints.</summary>
    Starting,

    /// <summary>It tails and ships.</summary>
    Running,

    /// <summary>It drains.</summary>
    Stopping,
}
