using Shipper.Foundation.Time;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// The pause between two searches of which the first was not complete: as long as the search has been incomplete, at most a minute. A
/// directory that cannot be accessed for a moment is searched at once, one that never can be costs little. It ends when what waits for the
/// search waits no longer, so that this is decided by what can be seen then.
/// </summary>
/// <param name="wait">How long something waits for a complete search; zero when nothing does.</param>
/// <param name="time">The clock.</param>
internal sealed class SearchPause(TimeSpan wait, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private long _end;

    /// <summary>True when it is time to search again.</summary>
    public bool IsOver => time.GetTimestamp() >= _end;

    /// <summary>A search was not complete.</summary>
    /// <param name="since">Timestamp since when that is so.</param>
    public void Begin(long since)
    {
        var now = time.GetTimestamp();
        var end = now + Math.Min(now - since, time.TicksOf(Longest));
        var decided = since + time.TicksOf(wait);
        _end = now < decided ? Math.Min(end, decided) : end;
    }
}
