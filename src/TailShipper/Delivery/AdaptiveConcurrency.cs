namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Limits the calls of a flow that are in flight at once: one more when the limit was used and the answer took no longer than usual, a
/// tenth fewer on a throttle or a late answer; at most one step a round trip. Thread-safe; the time is passed in.
/// </summary>
internal sealed class AdaptiveConcurrency
{
    private const double EwmaAlpha = 0.1;
    private const double DecreaseFactor = 0.9;

    // An answer is late when it exceeds the mean by this many mean deviations.
    private const double LateDeviations = 2.5;

    // Differences below a tenth of the mean are noise.
    private const double MinDeviationRatio = 0.1;

    private readonly Lock _gate = new();
    private double _limit;
    private double _mean;
    private double _deviation;
    private TimeSpan _lastStep = TimeSpan.MinValue;
    private int _inFlight;

    /// <param name="max">Calls at once at most, from 1.</param>
    /// <param name="start">The limit at first.</param>
    public AdaptiveConcurrency(int max, int start = 1)
    {
        (Max, _limit) = (max, Math.Min(start, max));
        Limit = (int)_limit;
    }

    /// <summary>The configured bound.</summary>
    public int Max { get; }

    /// <summary>Calls at once now, 1 to <see cref="Max"/>.</summary>
    public int Limit { get; private set => Volatile.Write(ref field, value); }

    /// <summary>A call begins. True when it uses the limit up: only then can its answer raise the limit.</summary>
    public bool Begin()
    {
        lock (_gate)
        {
            return ++_inFlight >= Limit;
        }
    }

    /// <summary>A call ended.</summary>
    /// <param name="outcome">What its answer means.</param>
    /// <param name="throttled">Whether it, or a record of it, was refused for being too fast.</param>
    /// <param name="roundTrip">From sending to the answer.</param>
    /// <param name="full">What <see cref="Begin"/> returned.</param>
    /// <param name="now">The time, on any monotonic clock.</param>
    public void End(CallOutcome outcome, bool throttled, TimeSpan roundTrip, bool full, TimeSpan now)
    {
        lock (_gate)
        {
            _inFlight--;
            if (throttled)
            {
                Step(_limit * DecreaseFactor, now);
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

        if (roundTrip > _mean + (LateDeviations * Math.Max(_deviation, _mean * MinDeviationRatio)))
        {
            Step(_limit * DecreaseFactor, now);
        }
        else if (full && roundTrip <= _mean)
        {
            Step(Math.Floor(_limit) + 1, now);
        }

        _deviation += EwmaAlpha * (Math.Abs(roundTrip - _mean) - _deviation);
        _mean += EwmaAlpha * (roundTrip - _mean);
    }

    private void Step(double limit, TimeSpan now)
    {
        if (_lastStep != TimeSpan.MinValue && (now - _lastStep).TotalSeconds < _mean)
        {
            return;
        }

        _lastStep = now;
        _limit = Math.Clamp(limit, 1, Max);
        Limit = (int)_limit;
    }
}
