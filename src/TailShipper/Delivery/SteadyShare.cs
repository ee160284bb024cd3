namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Distinguishes a share of records that a service refuses at any pace from throttling: when a lower pace is refused as much, slowing
/// down does not help, and such a share would lower the rate without end. A small share is detected by a pace that is a third lower, a
/// large one by a pace of less than half, and only after a while: of several senders that share a quota, each sees a share that its own
/// pace hardly changes until all have slowed down. Pure, not thread-safe.
/// </summary>
internal sealed class SteadyShare
{
    // Fewer refused records prove nothing.
    private const int MinRefusedRecords = 20;

    // A comparison starts again at this rise of the pace.
    private const double RestartRatio = 1.1;

    // Within these ratios of the slowest pace a comparison has no lower pace to try.
    private const double SlowestRateTolerance = 1.05;
    private const double SlowestReferenceTolerance = 1.2;
    private const int SlowestMinRefusedRecords = 3 * MinRefusedRecords;

    // A small share. More than this is never accepted as steady after a short time.
    private const double MaxSmallShare = 0.1;
    private const double LowerPaceRatio = 0.7;
    private const double SimilarityRatio = 0.7;
    private const double HeadroomRatio = 1.3;
    private const double HoldSeconds = 600;

    // A large share. With these values none of a hundred shippers that start within a minute takes that minute's throttling for one.
    private const double LargeLowerPaceRatio = 0.4;
    private const double MaxLargeShare = 0.4;
    private const double LargeSimilarityRatio = 0.8;
    private const double LargeHeadroom = 0.1;
    private const double LargeHoldSeconds = 120;
    private const double LargeMinSeconds = 20;
    private const int LargeMinCalls = 10;

    private readonly PaceComparison _near = new(PaceComparison.SamePaceRatio);
    private readonly PaceComparison _far = new(LargeLowerPaceRatio);
    private double _lastRefusal = double.NegativeInfinity;
    private double _share;
    private double _until;

    /// <summary>The part of a refused share that is throttling.</summary>
    public double Beyond(double share) => share <= _share ? 0 : (share - _share) / (1 - _share);

    /// <summary>Observes one call. Returns the rate to go back to when lowering it has not helped, else null.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="rate">The pace of the call.</param>
    /// <param name="records">Its records.</param>
    /// <param name="refused">Of these, refused ones.</param>
    /// <param name="timeScale">The pacer's time scale, in seconds.</param>
    public double? Observe(double now, double rate, int records, int refused, double timeScale)
    {
        if (now > _until)
        {
            _share = 0;
        }

        var isQuiet = now - _lastRefusal > 2 * timeScale;
        Add(_near, isQuiet, now, rate, records, refused);
        Add(_far, isQuiet, now, rate, records, refused);
        if (refused > 0)
        {
            _lastRefusal = now;
        }

        return IsLargeShare(now)
            ? Accept(_far, now, rate, _far.AtLower.Share + LargeHeadroom, LargeHoldSeconds)
            : SmallShare(now, rate);
    }

    private static void Add(PaceComparison comparison, bool isQuiet, double now, double rate, int records, int refused)
    {
        if (isQuiet || rate > comparison.ReferenceRate * RestartRatio)
        {
            comparison.Start(now, rate);
        }

        comparison.Add(rate, records, refused);
    }

    private double? SmallShare(double now, double rate)
    {
        var (reference, lower) = (_near.AtReference, _near.AtLower);

        // No lower pace than the slowest can be tried: what is refused there is not refused for the rate.
        if (rate <= PaceLaw.MinRate * SlowestRateTolerance && _near.ReferenceRate <= PaceLaw.MinRate * SlowestReferenceTolerance
            && reference.Refused >= SlowestMinRefusedRecords && reference.IsSpread && reference.Share <= MaxSmallShare)
        {
            Accept(_near, now, rate, Math.Min(MaxSmallShare, reference.Share * HeadroomRatio), HoldSeconds);
            return null;
        }

        if (rate > _near.ReferenceRate * LowerPaceRatio || lower.Refused < MinRefusedRecords || reference.Refused < MinRefusedRecords)
        {
            return null;
        }

        if (lower.Share > MaxSmallShare || lower.Share < SimilarityRatio * reference.Share || !reference.IsSpread || !lower.IsSpread)
        {
            _near.Start(now, rate);
            return null;
        }

        return Accept(_near, now, rate, Math.Min(MaxSmallShare, lower.Share * HeadroomRatio), HoldSeconds);
    }

    private bool IsLargeShare(double now)
    {
        var (reference, lower) = (_far.AtReference, _far.AtLower);
        if (now - _far.StartedAt < LargeMinSeconds || lower.Refused < MinRefusedRecords || reference.Refused < MinRefusedRecords
            || lower.Calls < LargeMinCalls || reference.Calls < LargeMinCalls
            || !reference.IsSpread || !lower.IsSpread || lower.Share > MaxLargeShare)
        {
            return false;
        }

        // A quota accepts as much at a lower rate as at a higher one, until it accepts all; a steady share is the same at any rate.
        var ofQuota = Math.Max(0, 1 - ((1 - reference.Share) * reference.Rate / lower.Rate));
        return lower.Share >= (LargeSimilarityRatio * reference.Share) + ((1 - LargeSimilarityRatio) * ofQuota);
    }

    private double Accept(PaceComparison comparison, double now, double rate, double share, double seconds)
    {
        var back = comparison.ReferenceRate;
        (_share, _until) = (share, now + seconds);
        _near.Start(now, rate);
        _far.Start(now, rate);
        return back;
    }
}

/// <summary>Refusals at about the pace at which a comparison started, and at lower ones. Pure, not thread-safe.</summary>
/// <param name="lowerRatio">Up to this ratio to the reference pace a record counts as sent at a lower one; at most <see
/// cref="SamePaceRatio"/>.</param>
internal sealed class PaceComparison(double lowerRatio)
{
    /// <summary>Above this ratio to the reference pace a record counts as sent at it.</summary>
    public const double SamePaceRatio = 0.85;

    /// <summary>The pace at the start, in units a second.</summary>
    public double ReferenceRate { get; private set; }

    /// <summary>When it started, in seconds.</summary>
    public double StartedAt { get; private set; }

    /// <summary>Calls at about the reference pace.</summary>
    public RefusalStatistics AtReference { get; private set; }

    /// <summary>Calls at a lower pace.</summary>
    public RefusalStatistics AtLower { get; private set; }

    /// <summary>Starts again.</summary>
    public void Start(double now, double rate) => (ReferenceRate, StartedAt, AtReference, AtLower) = (rate, now, default, default);

    /// <summary>Adds one call.</summary>
    public void Add(double rate, int records, int refused)
    {
        if (rate > ReferenceRate * SamePaceRatio)
        {
            AtReference = AtReference.With(rate, records, refused);
        }
        else if (rate <= ReferenceRate * lowerRatio)
        {
            AtLower = AtLower.With(rate, records, refused);
        }
    }
}

/// <summary>Calls, and how many of their records were refused.</summary>
/// <param name="Records">Records.</param>
/// <param name="Refused">Of these, refused ones.</param>
/// <param name="Calls">Calls.</param>
/// <param name="CallsWithRefusals">Calls with at least one refused record.</param>
/// <param name="RateSum">Sum over the records of the pace at which they were sent.</param>
internal readonly record struct RefusalStatistics(double Records, double Refused, int Calls, int CallsWithRefusals, double RateSum)
{
    /// <summary>The refused share.</summary>
    public double Share => Refused / Records;

    /// <summary>The mean pace.</summary>
    public double Rate => RateSum / Records;

    /// <summary>
    /// True when at least half of the calls had refusals: an exhausted quota refuses much of few calls, a steady share a little of most.
    /// </summary>
    public bool IsSpread => 2 * CallsWithRefusals >= Calls;

    /// <summary>With one more call.</summary>
    public RefusalStatistics With(double rate, int records, int refused) =>
        new(Records + records, Refused + refused, Calls + 1, CallsWithRefusals + (refused > 0 ? 1 : 0), RateSum + (rate * records));
}
