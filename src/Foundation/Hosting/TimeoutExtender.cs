namespace Shipper.Foundation.Hosting;

/// <summary>Asks the supervisor for more time every two seconds while a start or a stop is in progress, up to a limit.</summary>
internal sealed class TimeoutExtender : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // A machine under load may miss a few requests.
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(10);

    private readonly ITimer _timer;

    /// <summary>Asks for the first time, and continues until it is disposed of or <paramref name="limit"/> is over.</summary>
    /// <param name="ask">Tells the supervisor how much longer it may take.</param>
    /// <param name="limit">After this long the supervisor's own timeout applies.</param>
    /// <param name="time">The clock.</param>
    public TimeoutExtender(Action<TimeSpan> ask, TimeSpan limit, TimeProvider time)
    {
        var started = time.GetTimestamp();
        ask(Extension);
        _timer = time.CreateTimer(
            _ =>
            {
                if (time.GetElapsedTime(started) < limit)
                {
                    ask(Extension);
                }
            },
            null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
