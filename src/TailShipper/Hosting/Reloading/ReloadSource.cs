namespace Shipper.TailShipper.Hosting.Reloading;

/// <summary>Where a configuration to reload comes from.</summary>
/// <param name="Running">The one the service was started with.</param>
/// <param name="Read">Reads files, environment and command line again; throws with every problem.</param>
/// <param name="Signal">Says when.</param>
internal sealed record ReloadSource(ShipperSetup Running, Func<ShipperSetup> Read, ReloadSignal Signal);
