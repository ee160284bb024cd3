namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The shipper broke a promise.</summary>
internal sealed class OracleException(string message) : Exception(message);
