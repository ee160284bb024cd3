namespace Shipper.TailShipper.Delivery;

/// <summary>
/// How many calls of a flow may be under way at once: one more when that many were and the answer came no later than usual, a
/// tenth fewer on a throttle or an answer that is late; at most one step a round trip. Thread-safe; the time is handed in.
/// </summary>
internal sealed class AdaptiveConcurrency
{
    private const double Weight = 0.1;
    private const double Late = 2.5;
    private const double Fewer = 0.9;

    // Differences below a tenth of the mean say nothing.
    private const double LeastDeviation = 0.1;

    private readonly Lock _gate = new();
    private double _limit;
    private double _mean;
    private double _deviation;
    private TimeSpan _steppedAt = TimeSpan.MinValue;
    private int _underWay;

    /// <param name="most">Calls at once at most, from 1.</param>
    /// <param name="start">Where it begins.</param>
    public AdaptiveConcurrency(int most, int start = 1)
    {
        (Most, _limit) = (most, Math.Min(start, most));
        Limit = (int)_limit;
    }

    /// <summary>The bound that is configured.</summary>
    public int Most { get; }

    /// <summary>Calls at once now, 1 to <see cref="Most"/>.</summary>
    public int Limit { get; private set => Volatile.Write(ref field, value); }

    /// <summary>A call begins. True when as many are under way as may be: its answer tells whether more would do.</summary>
    public bool Begin()
    {
        lock (_gate)
        {
            return ++_underWay >= Limit;
        }
    }

    /// <summary>A call ended.</summary>
    /// <param name="outcome">What its answer means.</param>
    /// <param name="throttled">Whether it, or a record of it, was refused for being too fast.</param>
    /// <param name="roundTrip">From sending to the answer.</param>
    /// <param name="full">What <see cref="Begin"/> said.</param>
    /// <param name="now">The time, on any clock that does not go back.</param>
    public void End(CallOutcome outcome, bool throttled, TimeSpan roundTrip, bool full, TimeSpan now)
    {
        lock (_gate)
        {
            _underWay--;
            if (throttled)
            {
                Step(_limit * Fewer, now);
            }
            else if (outcome == CallOutcome.Answered)
            {
                Learn(roundTrip.TotalSeconds, full, now);
            }
        }
    }

    private void Learn(double roundTrip, bool full, TimeSpan now)
    {
        if (_mean == 0)
        {
            (_mean, _deviation) = (roundTrip, roundTrip / 2);
        }

        if (roundTrip > _mean + (Late * Math.Max(_deviation, _mean * LeastDeviation)))
        {
            Step(_limit * Fewer, now);
        }
        else if (full && roundTrip <= _mean)
        {
            Step(Math.Floor(_limit) + 1, now);
        }

        _deviation += Weight * (Math.Abs(roundTrip - _mean) - _deviation);
        _mean += Weight * (roundTrip - _mean);
    }

    private void Step(double limit, TimeSpan now)
    {
        if (_steppedAt != TimeSpan.MinValue && (now - _steppedAt).TotalSeconds < _mean)
        {
            return;
        }

        _steppedAt = now;
        _limit = Math.Clamp(limit, 1, Most);
        Limit = (int)_limit;
    }
}
