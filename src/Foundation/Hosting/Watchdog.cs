namespace Shipper.Foundation.Hosting;

/// <summary>One loop's heartbeat, which <see cref="Watchdog"/> checks.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="Beats">A count that the loop raises on every pass.</param>
/// <param name="Nudge">
/// Wakes a loop that sleeps because nothing happens, so that it makes a pass; null for one that never sleeps long.
/// </param>
/// <param name="IsExcused">
/// True while something outside the process holds the loop up, which a restart would not cure; null for never.
/// </param>
internal sealed record Heartbeat(string Name, Func<long> Beats, Action? Nudge = null, Func<bool>? IsExcused = null);

/// <summary>A background loop of a service. When it fails, the service ends.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="RunAsync">Runs until cancelled.</param>
/// <param name="Heartbeat">Checked by the watchdog; null for a loop that may be slow without harm.</param>
internal sealed record ServiceLoop(string Name, Func<CancellationToken, Task> RunAsync, Heartbeat? Heartbeat = null);

/// <summary>A loop that makes no progress.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="For">For how long it has made none.</param>
internal sealed record StuckLoop(string Name, TimeSpan For);

/// <summary>
/// Checks every loop's heartbeat, and notifies the supervisor's watchdog, at half of the interval it asks for, only while all loops make
/// progress. A loop counts as stuck when it has made none for half of the interval, or for 15 s without a supervisor's watchdog, although
/// it
/// was nudged. One loop calls <see cref="Check"/>; the result may be read from any thread.
/// </summary>
/// <param name="supervisor">Is notified.</param>
/// <param name="heartbeats">The loops that run now; each keeps its <see cref="Heartbeat"/> object for as long as it runs.</param>
/// <param name="time">The clock.</param>
internal sealed class Watchdog(ISupervisor supervisor, Func<IEnumerable<Heartbeat>> heartbeats, TimeProvider time)
{
    private static readonly TimeSpan LongestCheckInterval = TimeSpan.FromSeconds(1);

    // Half of the WatchdogSec of the units in deploy/systemd.
    private static readonly TimeSpan DefaultStuckThreshold = TimeSpan.FromSeconds(15);

    // There may be thousands, and they are checked every second: the two take turns.
    private Dictionary<Heartbeat, (long Beats, TimeSpan Still)> _known = new(ReferenceEqualityComparer.Instance);
    private Dictionary<Heartbeat, (long Beats, TimeSpan Still)> _spare = new(ReferenceEqualityComparer.Instance);
    private long? _notifiedAt;
    private long _checkedAt = time.GetTimestamp();
    private volatile StuckLoop? _stuck;

    /// <summary>Time between two calls of <see cref="Check"/>.</summary>
    public TimeSpan CheckInterval =>
        supervisor.WatchdogInterval / 8 is { } share && share < LongestCheckInterval ? share : LongestCheckInterval;

    /// <summary>True when the supervisor restarts a service that no longer notifies it.</summary>
    public bool IsWatched => supervisor.WatchdogInterval is not null;

    /// <summary>The loop that was stuck at the last check; null when none was.</summary>
    public StuckLoop? Stuck => _stuck;

    private TimeSpan StuckThreshold => supervisor.WatchdogInterval / 2 ?? DefaultStuckThreshold;

    /// <summary>The loop that is stuck now, which may be the one that checks; null when none is. Safe from any thread.</summary>
    public StuckLoop? FindStuckLoop() =>
        time.GetElapsedTime(Volatile.Read(ref _checkedAt)) is var passed && passed > StuckThreshold
            ? new StuckLoop("the watchdog", passed)
            : _stuck;

    /// <summary>Checks every heartbeat, and notifies the supervisor when it is time.</summary>
    public void Check()
    {
        CheckHeartbeats(StuckThreshold);
        if (_stuck is null && IsWatched
            && (_notifiedAt is not { } notified || time.GetElapsedTime(notified) + CheckInterval > StuckThreshold))
        {
            _notifiedAt = time.GetTimestamp();
            supervisor.Alive();
        }
    }

    private void CheckHeartbeats(TimeSpan threshold)
    {
        // When the check itself comes late, the whole process was held up, which does not count against its loops.
        var passed = time.GetElapsedTime(_checkedAt);
        passed = passed < 2 * CheckInterval ? passed : 2 * CheckInterval;
        Volatile.Write(ref _checkedAt, time.GetTimestamp());
        var known = _spare;
        known.Clear();
        var stuck = default(StuckLoop);
        foreach (var heartbeat in heartbeats())
        {
            var beats = heartbeat.Beats();
            var progressed = !_known.TryGetValue(heartbeat, out var last) || last.Beats != beats || heartbeat.IsExcused?.Invoke() == true;
            var still = progressed ? TimeSpan.Zero : last.Still + passed;
            known[heartbeat] = (beats, still);
            if (still >= threshold / 2)
            {
                heartbeat.Nudge?.Invoke();
            }

            if (still >= threshold && still > (stuck?.For ?? TimeSpan.Zero))
            {
                stuck = new StuckLoop(heartbeat.Name, still);
            }
        }

        (_known, _spare, _stuck) = (known, _known, stuck);
    }
}
