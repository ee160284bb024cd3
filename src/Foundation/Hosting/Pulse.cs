namespace Shipper.Foundation.Hosting;

/// <summary>One loop's heartbeat, as <see cref="Watchdog"/> feels it.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="Beats">Rises with every turn of the loop.</param>
/// <param name="Nudge">Wakes a loop that sleeps because nothing happens, so that it turns once; null for one that never sleeps long.</param>
/// <param name="IsExcused">True while something outside the process keeps the loop from turning, which a restart would not cure; null for never.</param>
internal sealed record Pulse(string Name, Func<long> Beats, Action? Nudge = null, Func<bool>? IsExcused = null);
