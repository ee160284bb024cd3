namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>
/// How many lines are due: an even rate, with a burst on top at intervals. Pure: time comes in as an argument. What a
/// stalled disk held up is made good for <see cref="MostBehind"/> at most, so that a stall does not end in a flood.
/// </summary>
internal sealed class LinePace
{
    /// <summary>The longest stall that is made good.</summary>
    internal static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(1);

    // Waking a hundred times a second is smooth to a reader of the file and costs next to nothing.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // Far beyond any run, and far below where adding to it would overflow.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly double _linesPerSecond;
    private readonly TimeSpan _burstEvery;
    private readonly int _burstLines;
    private TimeSpan _last;
    private TimeSpan _nextBurst;
    private double _even;
    private long _burst;

    /// <summary>A rate of 0 is no limit; bursts need both an interval and a number of lines.</summary>
    public LinePace(double linesPerSecond, TimeSpan burstEvery = default, int burstLines = 0)
    {
        (_linesPerSecond, _burstEvery, _burstLines) = (linesPerSecond, burstEvery, burstLines);
        _nextBurst = burstEvery;
    }

    /// <summary>Lines that may be written at <paramref name="elapsed"/> since the start; it never runs backwards.</summary>
    public long Due(TimeSpan elapsed)
    {
        if (_linesPerSecond == 0)
        {
            return long.MaxValue;
        }

        // A stall is cut short, not the fraction of a line that was due before it: losing that would slow the rate down.
        var most = Math.Max(1, _linesPerSecond * MostBehind.TotalSeconds);
        _even = Math.Min(_even + Math.Min((elapsed - _last).TotalSeconds * _linesPerSecond, most), most + 1);
        _last = elapsed;
        if (_burstEvery > TimeSpan.Zero && elapsed >= _nextBurst)
        {
            _burst = Math.Min(_burst, _burstLines) + _burstLines;
            _nextBurst = elapsed - TimeSpan.FromTicks((elapsed - _nextBurst).Ticks % _burstEvery.Ticks) + _burstEvery;
        }

        // A billionth of a line settles sums such as 0.1 + 0.2 for the whole line that they mean.
        return (long)(_even + 1e-9) + _burst;
    }

    /// <summary>Takes note that lines were written, at most as many as were due.</summary>
    public void Took(long lines)
    {
        if (_linesPerSecond == 0)
        {
            return;
        }

        var fromBurst = Math.Min(lines, _burst);
        _burst -= fromBurst;
        _even -= lines - fromBurst;
    }

    /// <summary>How long to wait before asking again, when nothing is due at <paramref name="elapsed"/>.</summary>
    public TimeSpan Wait(TimeSpan elapsed)
    {
        if (_linesPerSecond == 0)
        {
            return Tick;
        }

        var seconds = (1 - _even) / _linesPerSecond;
        var wait = seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : LongestWait;
        if (_burstEvery > TimeSpan.Zero && _nextBurst - elapsed < wait)
        {
            wait = _nextBurst - elapsed;
        }

        return wait > Tick ? wait : Tick;
    }
}
