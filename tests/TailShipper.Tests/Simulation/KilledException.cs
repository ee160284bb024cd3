namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Takes a killed process off the stack of the simulation. Nothing may catch it for good.</summary>
internal sealed class KilledException() : Exception("the process was killed");
