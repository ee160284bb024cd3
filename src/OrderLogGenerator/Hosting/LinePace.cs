namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>
/// Determines how many lines are due: an even rate, plus bursts at intervals. Time is passed in as an argument. After a
/// stall, at most the lines of <see cref="MaxCatchUp"/> are caught up, so that a stall is not followed by a flood.
/// </summary>
internal sealed class LinePace
{
    /// <summary>The longest stall that is fully caught up.</summary>
    internal static readonly TimeSpan MaxCatchUp = TimeSpan.FromSeconds(1);

    // A hundred wake-ups a second look continuous to a reader of the file and cost almost nothing.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // Avoids an overflow with very low rates.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly double _linesPerSecond;
    private readonly TimeSpan _burstEvery;
    private readonly int _burstLines;
    private TimeSpan _last;
    private TimeSpan _nextBurst;
    private double _credit;
    private long _burst;

    /// <summary>A rate of 0 means no limit; bursts need both an interval and a number of lines.</summary>
    public LinePace(double linesPerSecond, TimeSpan burstEvery = default, int burstLines = 0)
    {
        (_linesPerSecond, _burstEvery, _burstLines) = (linesPerSecond, burstEvery, burstLines);
        _nextBurst = burstEvery;
    }

    /// <summary>Lines due at <paramref name="elapsed"/> since the start, which never decreases from call to call.</summary>
    public long Due(TimeSpan elapsed)
    {
        if (_linesPerSecond == 0)
        {
            return long.MaxValue;
        }

        // Limits the stall but keeps the fraction of a line that was due before it: losing fractions would lower the rate.
        var max = Math.Max(1, _linesPerSecond * MaxCatchUp.TotalSeconds);
        _credit = Math.Min(_credit + Math.Min((elapsed - _last).TotalSeconds * _linesPerSecond, max), max + 1);
        _last = elapsed;
        if (_burstEvery > TimeSpan.Zero && elapsed >= _nextBurst)
        {
            _burst = Math.Min(_burst, _burstLines) + _burstLines;
            _nextBurst = elapsed - TimeSpan.FromTicks((elapsed - _nextBurst).Ticks % _burstEvery.Ticks) + _burstEvery;
        }

        // The epsilon absorbs rounding errors of sums such as 0.1 + 0.2.
        return (long)(_credit + 1e-9) + _burst;
    }

    /// <summary>Deducts lines that were written; at most as many as were due.</summary>
    public void Take(long lines)
    {
        if (_linesPerSecond == 0)
        {
            return;
        }

        var fromBurst = Math.Min(lines, _burst);
        _burst -= fromBurst;
        _credit -= lines - fromBurst;
    }

    /// <summary>How long to wait before the next call of <see cref="Due"/>, when no line is due at <paramref name="elapsed"/>.</summary>
    public TimeSpan Wait(TimeSpan elapsed)
    {
        if (_linesPerSecond == 0)
        {
            return Tick;
        }

        var seconds = (1 - _credit) / _linesPerSecond;
        var wait = seconds < MaxWait.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : MaxWait;
        if (_burstEvery > TimeSpan.Zero && _nextBurst - elapsed < wait)
        {
            wait = _nextBurst - elapsed;
        }

        return wait > Tick ? wait : Tick;
    }
}
