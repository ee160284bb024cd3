using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Delivery;

/// <summary>What a circuit says to a call.</summary>
/// <param name="Probe">True when the call is the probe: what becomes of it must be told.</param>
/// <param name="Changed">Done when the circuit closed or a probe ended.</param>
/// <param name="UntilProbe">How long until the next probe; null while one is under way.</param>
/// <param name="Reason">What opened it.</param>
internal readonly record struct CircuitWait(bool Probe, Task Changed, TimeSpan? UntilProbe, CallAnswer Reason);
