namespace Shipper.LocalPipeline.Watching;

/// <summary>The recent rate of a growing figure: over the last few seconds, by the clock of whoever counts it.</summary>
internal sealed class RateWindow(TimeSpan length)
{
    private readonly Queue<(TimeSpan At, long Value)> _points = new();
    private (TimeSpan At, long Value) _last;

    /// <summary>Takes the figure as it was at <paramref name="at"/>; the same time twice is one point.</summary>
    public void Add(TimeSpan at, long value)
    {
        if (_points.Count > 0 && at <= _last.At)
        {
            return;
        }

        _points.Enqueue(_last = (at, value));

        // The point at the window's edge stays: the rate is from there to here.
        while (_points.Count > 2 && at - _points.ElementAt(1).At >= length)
        {
            _points.Dequeue();
        }
    }

    /// <summary>By how much the figure grows a second.</summary>
    public double PerSecond
    {
        get
        {
            if (_points.Count < 2)
            {
                return 0;
            }

            var first = _points.Peek();
            return (_last.Value - first.Value) / (_last.At - first.At).TotalSeconds;
        }
    }
}
