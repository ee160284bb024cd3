namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>How one call to the simulated service ends.</summary>
internal enum FirehoseMood
{
    Accept,
    RefuseSome,
    RefuseAll,
    Throttle,
    FailBefore,
    FailAfter,
    LoseAnswer,
    NotConnected,
    Hang,
    AccessDenied,
}
