namespace Shipper.Foundation.Hosting;

/// <summary>Says every two seconds that a start or a stop goes on, until disposed of or until it has taken too long to vouch for.</summary>
internal sealed class StillBusy : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // Enough for a machine under load to miss a few.
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(10);

    private readonly ITimer _timer;

    /// <summary>Begins to say so.</summary>
    /// <param name="say">Tells the supervisor how much longer it may take.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="time">The clock.</param>
    public StillBusy(Action<TimeSpan> say, TimeSpan limit, TimeProvider time)
    {
        var started = time.GetTimestamp();
        say(Extension);
        _timer = time.CreateTimer(
            _ =>
            {
                if (time.GetElapsedTime(started) < limit)
                {
                    say(Extension);
                }
            },
            null, Every, Every);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
