using Shipper.Foundation.Time;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing;

/// <summary>When a flow scans its patterns next. All times are timestamps of the clock.</summary>
internal sealed class ScanSchedule(TailingSettings settings, TimeProvider time)
{
    // Where there are many files a scan is expensive, and a tenth of the time may go into scans, as long as they are not too far apart. Of
    // the last two the cheaper one counts: the other may have had thousands of new files to identify.
    private const int PausePerScan = 10;
    private const int MostIntervals = 4;

    private long _due;
    private bool _isWantedSoon;
    private long _ended;
    private long _took;
    private long _tookBefore;

    /// <summary>The next scan.</summary>
    /// <param name="filesWait">True while files take turns of the descriptors there are: scans are what opens them.</param>
    public long Next(bool filesWait)
    {
        if (_due == 0)
        {
            return 0;
        }

        var pause = filesWait
            ? 0
            : Math.Min(PausePerScan * Math.Min(_took, _tookBefore), MostIntervals * time.TicksOf(settings.ScanInterval));
        return Math.Max(_ended + pause, _isWantedSoon ? Math.Min(_due, _ended + time.TicksOf(settings.PollInterval)) : _due);
    }

    /// <summary>The next scan is due at once.</summary>
    public void WantNow() => _due = 0;

    /// <summary>The next scan is due as soon as its cost allows, if <paramref name="wanted"/>.</summary>
    public void WantSoon(bool wanted) => _isWantedSoon |= wanted;

    /// <summary>A scan began then, and is over.</summary>
    public void Scanned(long began)
    {
        (_due, _isWantedSoon) = (Together(settings.ScanInterval), false);
        _ended = time.GetTimestamp();
        (_tookBefore, _took) = (_took, _ended - began);
    }

    /// <summary>More of what that scan saw was applied, beginning then.</summary>
    public void Applied(long began)
    {
        _ended = time.GetTimestamp();
        _took += _ended - began;
    }

    /// <summary>The scan found nothing new, and a watch reports whatever the next ones would find.</summary>
    public void Relax() => _due = Together(MostIntervals * settings.ScanInterval);

    /// <summary>After about <paramref name="wait"/>, and no later, when all flows do: one waking for a thousand of them.</summary>
    private long Together(TimeSpan wait)
    {
        var (now, grid) = (time.GetTimestamp(), Math.Max(1, time.TicksOf(wait)));
        return ((now / grid) + 1) * grid;
    }
}
