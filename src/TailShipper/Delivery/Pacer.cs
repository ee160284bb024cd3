namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Learns how fast a delivery stream takes what it is sent, and spaces calls out accordingly. No limit until the first throttle.
/// Pure: the time is handed in, in seconds on any clock that does not go back. Not thread-safe.
/// </summary>
internal sealed class Pacer
{
    // What is measured counts for about this long.
    private const double Memory = 1;

    // A call may come this much before its time, in seconds, so that a late timer costs nothing.
    private const double Early = 0.05;

    // Calls that were refused whole count for the pace when they are more than this part of about the last twenty.
    private const double Majority = 2.0 / 3;
    private const double WholeMemory = 0.05;

    // What was accepted in a first moment says little of a second: not more than four times as much is made of it.
    private const double LeastMeasured = 0.25;

    // Waits further apart than this many call intervals: it was not the pace that held calls back.
    private const double Slack = 2;

    private readonly SteadyShare _steady = new();
    private double _throttled;
    private double _lowered;
    private double _unit = PaceLaw.FirstUnit;
    private double _grown;
    private double _takenAt;
    private double _next;
    private double _loweredAt = double.NegativeInfinity;
    private double _seenAt;
    private double _records;
    private double _refused;
    private double _accepted;
    private double _whole;
    private double _began = double.NaN;
    private bool _taken;
    private double _best;
    private double _bestBefore;
    private double _bestSince;

    /// <summary>The learned rate in <see cref="QuotaUnits"/> a second; null while there is no limit.</summary>
    public double? Rate { get; private set; }

    /// <summary>Times that the rate was lowered.</summary>
    public long Lowerings { get; private set; }

    /// <summary>Goes on with a rate learned earlier.</summary>
    public void Recall(double rate)
    {
        (_throttled, _lowered, _unit) = (rate, rate, PaceLaw.LongestUnit / 2);
        _grown = PaceLaw.PlateauSeconds(_unit);
        Rate = Math.Max(PaceLaw.Slowest, rate);
    }

    /// <summary>Takes the turn of one call.</summary>
    /// <param name="now">The time.</param>
    /// <param name="units">What it takes of the quota.</param>
    /// <returns>0 when it may go; else seconds to wait before asking again.</returns>
    public double Take(double now, long units)
    {
        if (Rate is not { } rate)
        {
            return 0;
        }

        if (now < _next - Early)
        {
            return _next - now;
        }

        // The rate grows only by time in which it was used: what was never tried was not learned.
        _grown += Math.Min(now - _takenAt, Math.Max(1, Slack * units / rate));
        _takenAt = now;
        rate = Math.Max(PaceLaw.Slowest, PaceLaw.Grown(_throttled, _lowered, _grown, _unit));
        Rate = rate > PaceLaw.Lifted * _throttled ? null : rate;
        _next = Math.Max(_next, now) + (units / rate);
        return 0;
    }

    /// <summary>Learns from one call's answer.</summary>
    /// <param name="now">The time.</param>
    /// <param name="records">Records that were sent.</param>
    /// <param name="refused">Of these, records refused for being too fast.</param>
    /// <param name="acceptedUnits">What the others took of the quota.</param>
    /// <param name="roundTrip">From sending to the answer, in seconds.</param>
    /// <param name="whole">True when the call itself was refused, not its records.</param>
    public void Seen(double now, int records, int refused, double acceptedUnits, double roundTrip, bool whole)
    {
        if (double.IsNaN(_began))
        {
            _began = now - roundTrip;
        }

        // A quota refuses the records in excess. Calls that are refused whole now and then tell of a service with troubles of its
        // own: each waits by itself, and a lower pace would only add to the delay.
        _whole = (_whole * (1 - WholeMemory)) + (whole ? WholeMemory : 0);
        if (whole && _whole <= Majority)
        {
            return;
        }

        var fading = Math.Exp(-Math.Max(0, now - _seenAt) / Memory);
        (_records, _refused, _accepted) = ((_records * fading) + records, (_refused * fading) + refused, (_accepted * fading) + acceptedUnits);
        _seenAt = now;
        Remember(now);
        if (Rate is { } current && _steady.Seen(now, current, records, refused, _unit) is { } back)
        {
            _unit = PaceLaw.FirstUnit;
            Restart(now, back, back);
        }

        _taken |= acceptedUnits > 0;
        var share = _steady.Beyond(_refused / _records);

        // Where nothing at all was taken it is not the pace: an outage would lower it without end, and waits grow by themselves.
        if (refused == 0 || !_taken || share <= 0 || now - _loweredAt < Math.Max(Math.Max(1, roundTrip), PaceLaw.Gap * _unit))
        {
            return;
        }

        // The first second takes what the quota had saved up as well, which is as much again: half of it is what it gives.
        var rate = Rate ?? Math.Max(PaceLaw.First, _accepted / (1 - Math.Exp(-Math.Max(LeastMeasured, now - _began) / Memory)) / 2);
        _unit = Rate is null ? PaceLaw.FirstUnit : PaceLaw.Longer(_unit);
        Restart(now, rate, Math.Min(rate, Math.Max(PaceLaw.Lowered(rate, share), PaceLaw.Proven * Math.Max(_best, _bestBefore))));
        Lowerings++;
        (_loweredAt, _taken) = (now, false);
    }

    /// <summary>What it took in its best second, of the last ten to twenty.</summary>
    private void Remember(double now)
    {
        if (now - _bestSince > PaceLaw.ProvenFor)
        {
            _bestBefore = now - _bestSince > 2 * PaceLaw.ProvenFor ? 0 : _best;
            (_best, _bestSince) = (0, now);
        }

        _best = Math.Max(_best, _accepted);
    }

    private void Restart(double now, double throttled, double lowered)
    {
        (_throttled, _lowered, _grown, _takenAt) = (throttled, lowered, 0, now);
        Rate = lowered;
    }
}

/// <summary>
/// The numbers of the pacer: how far a throttle lowers the rate, and how the rate comes back. Pure. docs/delivery.md gives the
/// reasons and what they achieve.
/// </summary>
internal static class PaceLaw
{
    /// <summary>
    /// Learning starts with a unit of one second, and each further throttle makes it half as long again, up to <see cref="LongestUnit"/>.
    /// </summary>
    public const double FirstUnit = 1;

    /// <summary>Seconds of the longest unit of learning.</summary>
    public const double LongestUnit = 6;

    /// <summary>Between two decreases, in units; never less than a second or a round trip.</summary>
    public const double Gap = 0.2;

    /// <summary>A limit that this many times the rate that was last throttled does not reach is no limit any more.</summary>
    public const double Lifted = 10;

    /// <summary>
    /// The slowest pace, in units a second: a 26th of the least quota that a delivery stream has (1 MiB a second); what is throttled even
    /// so backs off by itself.
    /// </summary>
    public const double Slowest = 40 * 1024;

    /// <summary>
    /// The first pace is at least this, in units a second: an eighth of the least quota. A first call that took long, or went alone,
    /// says nothing of what the stream takes, and shippers that all start at one moment start alike.
    /// </summary>
    public const double First = 128 * 1024;

    /// <summary>
    /// No throttle lowers the rate below this part of what was accepted in the best second of late. A service that refuses a share of
    /// everything, however slowly it comes, would else bring it down to nothing. A quarter: a first second takes twice the quota.
    /// </summary>
    public const double Proven = 0.25;

    /// <summary>How long a best second counts, in seconds: at least this, at most twice.</summary>
    public const double ProvenFor = 10;

    private const double Beta = 0.3;
    private const double Cubic = 0.4 / 100;

    // Growth that does not go by the rate itself: small shares gain on large ones, so agents that share a quota meet.
    private const double Even = 1.0;

    // In units: (0.3·100 / 0.4)^(1/3), where the cubic is back at the rate that was throttled.
    private static readonly double Plateau = Math.Cbrt(Beta / Cubic);

    /// <summary>The rate after a throttle.</summary>
    /// <param name="rate">Before it.</param>
    /// <param name="share">Throttled records of all, 0 to 1.</param>
    public static double Lowered(double rate, double share) => Math.Max(Slowest, rate * (1 - (Beta * Math.Min(1, 2 * share))));

    /// <summary>The rate that has grown since.</summary>
    /// <param name="throttled">The rate that was throttled.</param>
    /// <param name="lowered">What it was lowered to; it stays there until the cubic has come up to it.</param>
    /// <param name="seconds">Since then, as far as the pace was what held calls back.</param>
    /// <param name="unit">The unit of learning, in seconds.</param>
    public static double Grown(double throttled, double lowered, double seconds, double unit)
    {
        var distance = (seconds / unit) - Plateau;
        var cubic = throttled * (1 + (Cubic * distance * distance * distance));
        return Math.Max(lowered, cubic) + (Even * Math.Sqrt(throttled) * seconds);
    }

    /// <summary>Where on the curve a remembered rate goes on: at the plateau.</summary>
    public static double PlateauSeconds(double unit) => Plateau * unit;

    /// <summary>The next unit of learning.</summary>
    public static double Longer(double unit) => Math.Min(LongestUnit, unit * 1.5);
}
