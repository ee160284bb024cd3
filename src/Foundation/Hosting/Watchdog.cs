namespace Shipper.Foundation.Hosting;

/// <summary>One loop's heartbeat, as <see cref="Watchdog"/> feels it.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="Beats">Rises with every turn of the loop.</param>
/// <param name="Nudge">Wakes a loop that sleeps because nothing happens, so that it turns once; null for one that never sleeps long.</param>
/// <param name="IsExcused">True while something outside the process keeps the loop from turning, which a restart would not cure; null for never.</param>
internal sealed record Pulse(string Name, Func<long> Beats, Action? Nudge = null, Func<bool>? IsExcused = null);

/// <summary>A loop that does not turn.</summary>
/// <param name="Name">The loop, for people.</param>
/// <param name="For">For how long it has not.</param>
internal sealed record StuckLoop(string Name, TimeSpan For);

/// <summary>
/// Feels whether every loop turns, and only while all do tells a supervisor that watches that the service is alive, at half
/// the interval it asked for. A loop counts as stuck when it has not turned for half the interval, or for 15 s where nobody
/// watches, although it was nudged. Owned by the loop that looks; what it found may be asked from any thread.
/// </summary>
/// <param name="supervisor">Who is told.</param>
/// <param name="pulses">The loops of this moment; each keeps its <see cref="Pulse"/> object for as long as it runs.</param>
/// <param name="time">The clock.</param>
internal sealed class Watchdog(ISupervisor supervisor, Func<IEnumerable<Pulse>> pulses, TimeProvider time)
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    // Half of what the unit that comes with the service asks for.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(15);

    private Dictionary<Pulse, (long Beats, TimeSpan Still)> _felt = [];
    private long? _told;
    private long _looked = time.GetTimestamp();
    private volatile StuckLoop? _stuck;

    /// <summary>Time between two calls of <see cref="Look"/>.</summary>
    public TimeSpan LookInterval => supervisor.WatchdogInterval / 8 is { } share && share < LongestLook ? share : LongestLook;

    /// <summary>True when someone restarts a service whose loops do not turn.</summary>
    public bool IsWatched => supervisor.WatchdogInterval is not null;

    /// <summary>The loop that did not turn at the last look, and for how long; null when all did.</summary>
    public StuckLoop? Stuck => _stuck;

    private TimeSpan Patience => supervisor.WatchdogInterval / 2 ?? UsualPatience;

    /// <summary>The loop that does not turn now, which may be the one that looks; null when all do. From any thread.</summary>
    public StuckLoop? Find() => time.GetElapsedTime(Volatile.Read(ref _looked)) is var passed && passed > Patience
        ? new StuckLoop("the watch over the loops", passed)
        : _stuck;

    /// <summary>Feels every pulse, and tells the supervisor when it is time.</summary>
    public void Look()
    {
        Feel(Patience);
        if (_stuck is null && IsWatched && (_told is not { } told || time.GetElapsedTime(told) + LookInterval > Patience))
        {
            _told = time.GetTimestamp();
            supervisor.Alive();
        }
    }

    private void Feel(TimeSpan patience)
    {
        // When the look itself comes late the whole process stood still, and that is not held against its loops.
        var passed = time.GetElapsedTime(_looked);
        passed = passed < 2 * LookInterval ? passed : 2 * LookInterval;
        Volatile.Write(ref _looked, time.GetTimestamp());
        var felt = new Dictionary<Pulse, (long Beats, TimeSpan Still)>();
        var stuck = default(StuckLoop);
        foreach (var pulse in pulses())
        {
            var beats = pulse.Beats();
            var turned = !_felt.TryGetValue(pulse, out var last) || last.Beats != beats || pulse.IsExcused?.Invoke() == true;
            var still = turned ? TimeSpan.Zero : last.Still + passed;
            felt[pulse] = (beats, still);
            if (still >= patience / 2)
            {
                pulse.Nudge?.Invoke();
            }

            if (still >= patience && still > (stuck?.For ?? TimeSpan.Zero))
            {
                stuck = new StuckLoop(pulse.Name, still);
            }
        }

        (_felt, _stuck) = (felt, stuck);
    }
}
