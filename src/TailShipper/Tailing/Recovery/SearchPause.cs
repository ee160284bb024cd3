using Shipper.Foundation.Time;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// The pause between two searches of which the first was not complete: as long as the search has been incomplete, at most a minute. A
/// directory that cannot be accessed for a moment is searched at once, one that never can be costs little.
/// </summary>
internal sealed class SearchPause(TimeProvider time)
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
        _end = now + Math.Min(now - since, time.TicksOf(Longest));
    }
}
