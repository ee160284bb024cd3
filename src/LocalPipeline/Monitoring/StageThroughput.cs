namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Computes the throughput of a stage from its counts.</summary>
internal sealed class ThroughputMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    private readonly RateWindow _lines = new(Window);
    private readonly RateWindow _bytes = new(Window);

    /// <summary>Adds the counts at a time by the clock of their source, and returns the throughput.</summary>
    public StageThroughput Add(TimeSpan at, long lines, long bytes)
    {
        _lines.Add(at, lines);
        _bytes.Add(at, bytes);
        return new StageThroughput(lines, bytes, _lines.PerSecond, _bytes.PerSecond);
    }
}

/// <summary>Counts and rates of one stage of the pipeline.</summary>
/// <param name="Lines">Lines that have passed the stage.</param>
/// <param name="Bytes">Bytes of these lines.</param>
/// <param name="LinesPerSecond">Lines a second over the last seconds.</param>
/// <param name="BytesPerSecond">Bytes a second over the last seconds.</param>
internal readonly record struct StageThroughput(long Lines, long Bytes, double LinesPerSecond, double BytesPerSecond);

/// <summary>The rate of a growing count over the last seconds, by the clock of its source.</summary>
internal sealed class RateWindow(TimeSpan length)
{
    private readonly Queue<(TimeSpan At, long Value)> _points = new();
    private (TimeSpan At, long Value) _last;

    /// <summary>Adds the count at a time; a repeated time is ignored.</summary>
    public void Add(TimeSpan at, long value)
    {
        if (_points.Count > 0 && at <= _last.At)
        {
            return;
        }

        _points.Enqueue(_last = (at, value));

        // The newest point outside the window stays, because the rate is measured from there.
        while (_points.Count > 2 && at - _points.ElementAt(1).At >= length)
        {
            _points.Dequeue();
        }
    }

    /// <summary>Growth of the count a second; 0 with fewer than two points.</summary>
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
