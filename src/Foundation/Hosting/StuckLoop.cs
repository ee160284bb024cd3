namespace Shipper.Foundation.Hosting;

/// <summary>A loop that does not turn.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="For">For how long it has not.</param>
internal sealed record StuckLoop(string Name, TimeSpan For);
