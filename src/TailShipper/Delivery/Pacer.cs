namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Learns how fast a destination accepts records, and spaces calls accordingly. No limit until the first throttle. Pure: the time is
/// passed in, in seconds on any monotonic clock. Not thread-safe.
/// </summary>
internal sealed class Pacer
{
    // Time constant of the averages.
    private const double AveragingSeconds = 1;

    // A call may go this much before its turn, in seconds, so that a late timer costs nothing.
    private const double TimerTolerance = 0.05;

    // Calls that are refused as a whole lower the pace when they are more than this share of about the last twenty.
    private const double WholeRefusalThreshold = 2.0 / 3;
    private const double WholeRefusalEwmaAlpha = 0.05;

    // What the first moment accepted is extrapolated to a second by a factor of at most four.
    private const double MinMeasuredSeconds = 0.25;

    // After so long without a second in which no call was refused whole, the quota has nothing saved up.
    private const double EmptyAfterSeconds = 2;

    // A gap of more than this many call intervals was not caused by the pace.
    private const double MaxIdleIntervals = 2;

    // A service that refuses no more than this share of the records is used without a pace: they are sent again, and a quota that is
    // exceeded by so little is used fully. The deviations: there are many calls a second, all day.
    private const double MostUnpacedRefusals = 0.1;
    private const double UnpacedDeviations = 4;

    private readonly SteadyShare _steady = new();
    private double _throttledRate;
    private double _loweredRate;
    private double _timeScale = PaceLaw.InitialTimeScale;
    private double _growthSeconds;
    private double _lastTake;
    private double _nextTurn;
    private double _lastDecrease = double.NegativeInfinity;
    private double _lastAnswer;
    private double _records;
    private double _refused;
    private double _acceptedUnits;
    private double _wholeRefusals;
    private double _wholeSince;
    private double _lastWhole = double.NegativeInfinity;
    private double _start = double.NaN;
    private bool _hasAcceptedSinceDecrease;
    private double _best;
    private double _previousBest;
    private double _bestSince;

    /// <summary>The learned rate in <see cref="QuotaUnits"/> a second; null while there is no limit.</summary>
    public double? Rate { get; private set; }

    /// <summary>Continues with a rate that was learned earlier.</summary>
    public void Restore(double rate)
    {
        (_throttledRate, _loweredRate, _timeScale) = (rate, rate, PaceLaw.MaxTimeScale / 2);
        _growthSeconds = PaceLaw.PlateauSeconds(_timeScale);
        Rate = Math.Max(PaceLaw.MinRate, rate);
    }

    /// <summary>Asks to make one call.</summary>
    /// <param name="now">The time.</param>
    /// <param name="units">What it takes of the quota.</param>
    /// <returns>0 when it may go; else seconds to wait before asking again.</returns>
    public double Take(double now, long units)
    {
        if (Rate is not { } rate)
        {
            return 0;
        }

        if (now < _nextTurn - TimerTolerance)
        {
            return _nextTurn - now;
        }

        // The rate grows only while it is used: time without calls proves nothing.
        _growthSeconds += Math.Min(now - _lastTake, Math.Max(1, MaxIdleIntervals * units / rate));
        _lastTake = now;
        rate = Math.Max(PaceLaw.MinRate, PaceLaw.Grown(_throttledRate, _loweredRate, _growthSeconds, _timeScale));
        Rate = rate > PaceLaw.UnlimitedRatio * _throttledRate ? null : rate;
        _nextTurn = Math.Max(_nextTurn, now) + (units / rate);
        return 0;
    }

    /// <summary>Learns from one call's answer.</summary>
    /// <param name="now">The time.</param>
    /// <param name="records">Records that were sent.</param>
    /// <param name="refused">Of these, records refused for being too fast.</param>
    /// <param name="acceptedUnits">What the others took of the quota.</param>
    /// <param name="roundTrip">From sending to the answer, in seconds.</param>
    /// <param name="whole">True when the call itself was refused, not its records.</param>
    /// <returns>True when records of it were refused, and more were lately than is refused at any pace.</returns>
    public bool Observe(double now, int records, int refused, double acceptedUnits, double roundTrip, bool whole)
    {
        if (double.IsNaN(_start))
        {
            _start = now - roundTrip;
        }

        // A quota refuses the records in excess. A call that is refused as a whole now and then indicates a problem of the service: it
        // backs off by itself, and a lower pace would only add to the delay.
        if (whole)
        {
            _wholeSince = now - _lastWhole > AveragingSeconds ? now : _wholeSince;
            _lastWhole = now;
        }

        _wholeRefusals = (_wholeRefusals * (1 - WholeRefusalEwmaAlpha)) + (whole ? WholeRefusalEwmaAlpha : 0);
        if (whole && _wholeRefusals <= WholeRefusalThreshold)
        {
            return true;
        }

        var decay = Math.Exp(-Math.Max(0, now - _lastAnswer) / AveragingSeconds);
        (_records, _refused) = ((_records * decay) + records, (_refused * decay) + refused);
        _acceptedUnits = (_acceptedUnits * decay) + acceptedUnits;
        _lastAnswer = now;
        UpdateBest(now);
        if (Rate is { } current && _steady.Observe(now, current, records, refused, _timeScale) is { } back)
        {
            _timeScale = PaceLaw.InitialTimeScale;
            Restart(now, back, back);
        }

        _hasAcceptedSinceDecrease |= acceptedUnits > 0;
        var share = Rate is null && !NeedsPace() ? 0 : _steady.Beyond(_refused / _records);

        // Where nothing at all was accepted the pace is not the cause: an outage would lower it without end, and calls back off anyway.
        if (refused == 0 || !_hasAcceptedSinceDecrease || share <= 0
            || now - _lastDecrease < Math.Max(Math.Max(1, roundTrip), PaceLaw.MinDecreaseInterval * _timeScale))
        {
            return refused > 0 && share > 0;
        }

        // The first second also uses what the quota had saved up, which is as much again: the rate is half of what it accepted. Where
        // calls were refused whole for a while nothing is saved up any more: the rate is what was accepted.
        var measured = Math.Max(MinMeasuredSeconds, now - _start);
        var saved = whole && now - _wholeSince >= EmptyAfterSeconds ? 1 : 2;
        var rate = Rate ?? Math.Max(PaceLaw.MinInitialRate, _acceptedUnits / (1 - Math.Exp(-measured / AveragingSeconds)) / saved);
        var least = PaceLaw.MinShareOfBest * Math.Max(_best, _previousBest);
        _timeScale = Rate is null ? PaceLaw.InitialTimeScale : PaceLaw.NextTimeScale(_timeScale);
        Restart(now, rate, Math.Min(rate, Math.Max(PaceLaw.Lowered(rate, share), least)));
        (_lastDecrease, _hasAcceptedSinceDecrease) = (now, false);
        return true;
    }

    /// <summary>
    /// True when more is refused than needs no pace, and not by chance: of few records some may be refused however small the share is.
    /// </summary>
    private bool NeedsPace()
    {
        var deviation = Math.Sqrt(MostUnpacedRefusals * (1 - MostUnpacedRefusals) * _records);
        return _refused > (MostUnpacedRefusals * _records) + (UnpacedDeviations * deviation);
    }

    /// <summary>Keeps what was accepted in the best second of the last ten to twenty.</summary>
    private void UpdateBest(double now)
    {
        if (now - _bestSince > PaceLaw.BestWindowSeconds)
        {
            _previousBest = now - _bestSince > 2 * PaceLaw.BestWindowSeconds ? 0 : _best;
            (_best, _bestSince) = (0, now);
        }

        _best = Math.Max(_best, _acceptedUnits);
    }

    private void Restart(double now, double throttledRate, double loweredRate)
    {
        (_throttledRate, _loweredRate, _growthSeconds, _lastTake) = (throttledRate, loweredRate, 0, now);
        Rate = loweredRate;
    }
}

/// <summary>
/// The constants and curves of the pacer: how far a throttle lowers the rate, and how the rate grows back. The growth is that of CUBIC
/// (RFC 9438) plus a linear part. Pure. docs/delivery.md gives the reasons and the results.
/// </summary>
internal static class PaceLaw
{
    /// <summary>
    /// The time scale of the growth, in seconds, at first. Each further throttle makes it half as long again, up to <see
    /// cref="MaxTimeScale"/>.
    /// </summary>
    public const double InitialTimeScale = 1;

    /// <summary>The longest time scale, in seconds.</summary>
    public const double MaxTimeScale = 6;

    /// <summary>Least time between two decreases, in time scales; never less than a second or a round trip.</summary>
    public const double MinDecreaseInterval = 0.2;

    /// <summary>A rate that grew to this many times the rate that was last throttled is no limit any more.</summary>
    public const double UnlimitedRatio = 10;

    /// <summary>
    /// The slowest pace, in units a second: 1/26 of the smallest quota of a delivery stream (1 MiB a second). Calls that are throttled
    /// even so back off.
    /// </summary>
    public const double MinRate = 40 * 1024;

    /// <summary>
    /// The first pace is at least this, in units a second: an eighth of the smallest quota. A first call that took long, or went alone,
    /// does not show what the stream accepts, and shippers that all start at one moment start alike.
    /// </summary>
    public const double MinInitialRate = 128 * 1024;

    /// <summary>
    /// No throttle lowers the rate below this share of what was accepted in the best recent second. A service that refuses a share of
    /// everything at any pace would otherwise bring it down to nothing. A quarter, because a first second takes twice the quota.
    /// </summary>
    public const double MinShareOfBest = 0.25;

    /// <summary>How long a best second counts, in seconds: at least this, at most twice.</summary>
    public const double BestWindowSeconds = 10;

    // The largest decrease, as a share of the rate.
    private const double MaxDecrease = 0.3;

    private const double CubicCoefficient = 0.4 / 100;

    // Growth independent of the rate itself: small rates gain on large ones, so agents that share a quota converge.
    private const double LinearGrowth = 1.0;

    private const double TimeScaleGrowth = 1.5;

    // In time scales: (0.3·100 / 0.4)^(1/3), where the cubic is back at the rate that was throttled.
    private static readonly double Plateau = Math.Cbrt(MaxDecrease / CubicCoefficient);

    /// <summary>The rate after a throttle.</summary>
    /// <param name="rate">Before it.</param>
    /// <param name="share">Throttled records of all, 0 to 1.</param>
    public static double Lowered(double rate, double share) => Math.Max(MinRate, rate * (1 - (MaxDecrease * Math.Min(1, 2 * share))));

    /// <summary>The rate that has grown since.</summary>
    /// <param name="throttled">The rate that was throttled.</param>
    /// <param name="lowered">What it was lowered to; it stays there until the cubic reaches it.</param>
    /// <param name="seconds">Time since then in which the pace was what held calls back.</param>
    /// <param name="timeScale">The time scale, in seconds.</param>
    public static double Grown(double throttled, double lowered, double seconds, double timeScale)
    {
        var distance = (seconds / timeScale) - Plateau;
        var cubic = throttled * (1 + (CubicCoefficient * distance * distance * distance));
        return Math.Max(lowered, cubic) + (LinearGrowth * Math.Sqrt(throttled) * seconds);
    }

    /// <summary>Where on the curve a restored rate continues: at the plateau.</summary>
    public static double PlateauSeconds(double timeScale) => Plateau * timeScale;

    /// <summary>The time scale after a further throttle.</summary>
    public static double NextTimeScale(double timeScale) => Math.Min(MaxTimeScale, timeScale * TimeScaleGrowth);
}
