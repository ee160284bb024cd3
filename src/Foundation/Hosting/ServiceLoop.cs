namespace Shipper.Foundation.Hosting;

/// <summary>A background loop of a service. Its fault ends the service.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="RunAsync">Runs until cancelled.</param>
/// <param name="Heartbeat">What a watchdog checks; null for a loop whose failure to make progress harms nothing.</param>
internal sealed record ServiceLoop(string Name, Func<CancellationToken, Task> RunAsync, Pulse? Heartbeat = null);
