namespace Shipper.TailShipper.Flows;

/// <summary>
/// Computes the age of the oldest unsettled byte. It samples how many bytes there were to ship at each moment; the age is
/// that of the first sample that had more than what is settled now.
/// </summary>
internal sealed class LagClock
{
    private const int Capacity = 256;

    // Room that is kept when an outage is over: what a flow needs whose batches wait a second.
    private const int Kept = 8;

    // Rising in both, moments in ticks of UTC.
    private readonly List<(long At, long Offered)> _samples = [];

    /// <summary>Takes a sample and gives the lag; zero when everything is settled.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="settled">Bytes settled so far, ever.</param>
    /// <param name="lagBytes">Bytes not settled.</param>
    public TimeSpan Sample(DateTimeOffset now, long settled, long lagBytes)
    {
        var offered = settled + lagBytes;
        RemoveSettled(lagBytes <= 0 ? long.MaxValue : settled);
        if (lagBytes <= 0)
        {
            return TimeSpan.Zero;
        }

        Shrink(offered);
        if (_samples.Count == 0 || offered > _samples[^1].Offered)
        {
            if (_samples.Count == Capacity)
            {
                _samples.RemoveAt(LeastMissed());
            }

            _samples.Add((now.UtcTicks, offered));
        }

        return TimeSpan.FromTicks(now.UtcTicks - _samples[0].At);
    }

    private void RemoveSettled(long settled)
    {
        var gone = 0;
        while (gone < _samples.Count && _samples[gone].Offered <= settled)
        {
            gone++;
        }

        _samples.RemoveRange(0, gone);
        if (_samples.Capacity > Kept && _samples.Count <= _samples.Capacity / 4)
        {
            _samples.Capacity = Math.Max(Kept, _samples.Capacity / 2);
        }
    }

    /// <summary>
    /// There is less to ship than there was: bytes were lost, or had settled ahead of others. What is left is as old as before.
    /// </summary>
    private void Shrink(long offered)
    {
        while (_samples.Count > 1 && _samples[^2].Offered >= offered)
        {
            _samples.RemoveAt(_samples.Count - 1);
        }

        if (_samples.Count > 0 && _samples[^1].Offered > offered)
        {
            _samples[^1] = (_samples[^1].At, offered);
        }
    }

    /// <summary>
    /// The sample whose neighbours are closest, so that those left are spread evenly over an outage of any length. Never the first: it
    /// is the lag.
    /// </summary>
    private int LeastMissed()
    {
        var (least, closest) = (1, long.MaxValue);
        for (var index = 1; index < _samples.Count - 1; index++)
        {
            var distance = _samples[index + 1].At - _samples[index - 1].At;
            if (distance < closest)
            {
                (least, closest) = (index, distance);
            }
        }

        return least;
    }
}
