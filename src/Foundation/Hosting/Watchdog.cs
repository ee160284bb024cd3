namespace Shipper.Foundation.Hosting;

/// <summary>
/// Tells the supervisor that the service is alive, at half the interval it asked for, and only while every loop turns. A
/// loop counts as stuck when it has not turned for half the interval, although it was nudged. Owned by the loop that looks.
/// </summary>
/// <param name="supervisor">Who is told.</param>
/// <param name="pulses">The loops of this moment; each keeps its <see cref="Pulse"/> object for as long as it runs.</param>
/// <param name="time">The clock.</param>
internal sealed class Watchdog(ISupervisor supervisor, Func<IEnumerable<Pulse>> pulses, TimeProvider time)
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private Dictionary<Pulse, (long Beats, long Since)> _felt = [];
    private long? _told;

    /// <summary>Time between two calls of <see cref="Look"/>.</summary>
    public TimeSpan LookInterval => supervisor.WatchdogInterval / 8 is { } share && share < LongestLook ? share : LongestLook;

    /// <summary>The loop that does not turn and for how long; null when all do.</summary>
    public (string Name, TimeSpan For)? Stuck { get; private set; }

    /// <summary>Feels every pulse, and tells the supervisor when it is time.</summary>
    public void Look()
    {
        if (supervisor.WatchdogInterval is not { } interval)
        {
            return;
        }

        Feel(interval / 2);
        if (Stuck is null && (_told is not { } told || time.GetElapsedTime(told) + LookInterval > interval / 2))
        {
            _told = time.GetTimestamp();
            supervisor.Alive();
        }
    }

    private void Feel(TimeSpan patience)
    {
        var now = time.GetTimestamp();
        var felt = new Dictionary<Pulse, (long Beats, long Since)>();
        Stuck = null;
        foreach (var pulse in pulses())
        {
            var beats = pulse.Beats();
            if (!_felt.TryGetValue(pulse, out var last) || last.Beats != beats || pulse.IsExcused?.Invoke() == true)
            {
                last = (beats, now);
            }

            felt[pulse] = last;
            var still = time.GetElapsedTime(last.Since, now);
            if (still >= patience / 2)
            {
                pulse.Nudge?.Invoke();
            }

            if (still >= patience && still > (Stuck?.For ?? TimeSpan.Zero))
            {
                Stuck = (pulse.Name, still);
            }
        }

        _felt = felt;
    }
}
