using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Delivery;

/// <summary>What a circuit says to a call.</summary>
/// <param name="Probe">True when the call is the probe: what becomes of it must be told.</param>
/// <param name="Waiter">Set when the circuit closed or a probe ended; null when there is nothing to wait for.</param>
/// <param name="UntilProbe">How long until the next probe; null while one is under way.</param>
/// <param name="Reason">What opened it; null while it is closed.</param>
internal readonly record struct CircuitWait(bool Probe, TaskCompletionSource? Waiter, TimeSpan? UntilProbe, CallAnswer? Reason);
