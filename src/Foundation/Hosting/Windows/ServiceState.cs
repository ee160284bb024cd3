namespace Shipper.Foundation.Hosting.Windows;

/// <summary>The states of a Windows service that this one passes through; the numbers are those of SERVICE_STATUS.</summary>
internal enum ServiceState
{
    /// <summary>Nothing was told yet.</summary>
    Unknown = 0,

    /// <summary>Ended.</summary>
    Stopped = 1,

    /// <summary>On its way up.</summary>
    StartPending = 2,

    /// <summary>On its way down.</summary>
    StopPending = 3,

    /// <summary>Up.</summary>
    Running = 4,
}
