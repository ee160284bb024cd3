namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>The machine lost its power in the middle of a disk operation. No code under test may catch it.</summary>
internal sealed class SimulatedCrashException() : Exception("simulated crash");
