namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Tells refusals that do not go by the rate (a share of the records that a service refuses at any pace) from throttling: when a
/// lower pace is refused as much, slowing down is no help. Otherwise such a share would lower the rate for ever. A small share is told
/// by a pace a third lower; a larger one by one of less than half, and only when it stays for long: of others who share a quota each sees
/// a share that its own pace hardly changes, until all have come down. Pure, not thread-safe.
/// </summary>
internal sealed class SteadyShare
{
    // Refused records that tell something.
    private const int Proof = 20;

    // A small share: more than this is never taken for granted after a short time.
    private const double Small = 0.1;
    private const double Lower = 0.7;
    private const double Alike = 0.7;
    private const double Room = 1.3;
    private const double Lasts = 600;

    // A larger one. Of a hundred shippers that start within a minute none takes the throttling of that minute for one.
    private const double MuchLower = 0.4;
    private const double Large = 0.4;
    private const double LargeAlike = 0.8;
    private const double LargeRoom = 0.1;
    private const double LargeLasts = 120;
    private const double LargeTakes = 20;
    private const int LargeCalls = 10;

    private readonly PaceComparison _near = new(PaceComparison.Upper);
    private readonly PaceComparison _far = new(MuchLower);
    private double _refusedAt = double.NegativeInfinity;
    private double _share;
    private double _until;

    /// <summary>What of a share is throttling.</summary>
    public double Beyond(double share) => share <= _share ? 0 : (share - _share) / (1 - _share);

    /// <summary>Looks at one call. Gives the rate to go back to when lowering it has not helped.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="rate">The pace that the call kept.</param>
    /// <param name="records">Its records.</param>
    /// <param name="refused">Of these, refused ones.</param>
    /// <param name="unit">The unit of learning, in seconds.</param>
    public double? Seen(double now, double rate, int records, int refused, double unit)
    {
        if (now > _until)
        {
            _share = 0;
        }

        var isQuiet = now - _refusedAt > 2 * unit;
        Follow(_near, isQuiet, now, rate, records, refused);
        Follow(_far, isQuiet, now, rate, records, refused);
        if (refused > 0)
        {
            _refusedAt = now;
        }

        return IsLargeShare(now) ? Take(_far, now, rate, _far.Below.Share + LargeRoom, LargeLasts) : SmallShare(now, rate);
    }

    private static void Follow(PaceComparison comparison, bool isQuiet, double now, double rate, int records, int refused)
    {
        if (isQuiet || rate > comparison.Began * 1.1)
        {
            comparison.Begin(now, rate);
        }

        comparison.Add(rate, records, refused);
    }

    private double? SmallShare(double now, double rate)
    {
        var (above, below) = (_near.Above, _near.Below);

        // At the slowest pace of all nothing lower can be tried: what is refused there is not refused for the rate.
        if (rate <= PaceLaw.Slowest * 1.05 && _near.Began <= PaceLaw.Slowest * 1.2 && above.Refused >= 3 * Proof && above.IsSpread && above.Share <= Small)
        {
            Take(_near, now, rate, Math.Min(Small, above.Share * Room), Lasts);
            return null;
        }

        if (rate > _near.Began * Lower || below.Refused < Proof || above.Refused < Proof)
        {
            return null;
        }

        if (below.Share > Small || below.Share < Alike * above.Share || !above.IsSpread || !below.IsSpread)
        {
            _near.Begin(now, rate);
            return null;
        }

        return Take(_near, now, rate, Math.Min(Small, below.Share * Room), Lasts);
    }

    private bool IsLargeShare(double now)
    {
        var (above, below) = (_far.Above, _far.Below);
        if (now - _far.BeganAt < LargeTakes || below.Refused < Proof || above.Refused < Proof || below.Calls < LargeCalls || above.Calls < LargeCalls
            || !above.IsSpread || !below.IsSpread || below.Share > Large)
        {
            return false;
        }

        // A quota takes as much of a lower rate as of a higher one, until it takes all; what is refused at any pace is a share of each.
        var ofQuota = Math.Max(0, 1 - ((1 - above.Share) * above.Rate / below.Rate));
        return below.Share >= (LargeAlike * above.Share) + ((1 - LargeAlike) * ofQuota);
    }

    private double Take(PaceComparison proof, double now, double rate, double share, double seconds)
    {
        var back = proof.Began;
        (_share, _until) = (share, now + seconds);
        _near.Begin(now, rate);
        _far.Begin(now, rate);
        return back;
    }
}

/// <summary>What was refused at about the pace that a comparison began with, and what at lower ones. Pure, not thread-safe.</summary>
/// <param name="lower">The pace up to which records count as those of a lower one, as a part of the first pace; at most <see
/// cref="Upper"/>.</param>
internal sealed class PaceComparison(double lower)
{
    /// <summary>Above this part of the first pace records count as those of the first.</summary>
    public const double Upper = 0.85;

    /// <summary>The first pace, in units a second.</summary>
    public double Began { get; private set; }

    /// <summary>When it began, in seconds.</summary>
    public double BeganAt { get; private set; }

    /// <summary>Calls at about the first pace.</summary>
    public RefusalSum Above { get; private set; }

    /// <summary>Calls at a lower one.</summary>
    public RefusalSum Below { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Begin(double now, double rate) => (Began, BeganAt, Above, Below) = (rate, now, default, default);

    /// <summary>Counts one call.</summary>
    public void Add(double rate, int records, int refused)
    {
        if (rate > Began * Upper)
        {
            Above = Above.With(rate, records, refused);
        }
        else if (rate <= Began * lower)
        {
            Below = Below.With(rate, records, refused);
        }
    }
}

/// <summary>Calls, and what of their records was refused.</summary>
/// <param name="Records">Records.</param>
/// <param name="Refused">Of these, refused ones.</param>
/// <param name="Calls">Calls.</param>
/// <param name="Touched">Calls with a refused record.</param>
/// <param name="Rates">Sum over the records of the pace that they went at.</param>
internal readonly record struct RefusalSum(double Records, double Refused, int Calls, int Touched, double Rates)
{
    /// <summary>The refused share.</summary>
    public double Share => Refused / Records;

    /// <summary>The mean pace.</summary>
    public double Rate => Rates / Records;

    /// <summary>A quota that is spent refuses much of few calls; what does not go by the rate refuses a little of most.</summary>
    public bool IsSpread => 2 * Touched >= Calls;

    /// <summary>With one call more.</summary>
    public RefusalSum With(double rate, int records, int refused) =>
        new(Records + records, Refused + refused, Calls + 1, Touched + (refused > 0 ? 1 : 0), Rates + (rate * records));
}
