namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Makes figures with rates from plain ones.</summary>
internal sealed class StageRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    private readonly RateWindow _lines = new(Window);
    private readonly RateWindow _bytes = new(Window);

    /// <summary>Takes the figures as of <paramref name="at"/>, by the stage's own clock.</summary>
    public StageFigures Add(TimeSpan at, long lines, long bytes)
    {
        _lines.Add(at, lines);
        _bytes.Add(at, bytes);
        return new StageFigures(lines, bytes, _lines.PerSecond, _bytes.PerSecond);
    }
}

/// <summary>How far one stage of the pipeline is.</summary>
/// <param name="Lines">Lines that have passed it.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="LinesPerSecond">Lately.</param>
/// <param name="BytesPerSecond">Lately.</param>
internal readonly record struct StageFigures(long Lines, long Bytes, double LinesPerSecond, double BytesPerSecond);

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
