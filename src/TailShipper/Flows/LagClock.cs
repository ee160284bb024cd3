namespace Shipper.TailShipper.Flows;

/// <summary>
/// Tells how old the oldest unsettled byte is. It samples how many bytes there were to ship at each moment; the age is
/// that of the first sample that had more than what is settled now.
/// </summary>
internal sealed class LagClock
{
    private const int Capacity = 256;

    private readonly List<(DateTimeOffset At, long Offered)> _samples = new(Capacity);

    /// <summary>Takes a sample and gives the lag; zero when everything is settled.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="settled">Bytes settled so far, ever.</param>
    /// <param name="lagBytes">Bytes not settled.</param>
    public TimeSpan Sample(DateTimeOffset now, long settled, long lagBytes)
    {
        _samples.RemoveAll(sample => sample.Offered <= settled);
        if (lagBytes <= 0)
        {
            return TimeSpan.Zero;
        }

        if (_samples.Count == 0 || settled + lagBytes > _samples[^1].Offered)
        {
            if (_samples.Count == Capacity)
            {
                // Keep the first: it is the lag. Every other one goes.
                for (var index = Capacity - 1; index > 0; index -= 2)
                {
                    _samples.RemoveAt(index);
                }
            }

            _samples.Add((now, settled + lagBytes));
        }

        return now - _samples[0].At;
    }
}
