namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Tells refusals that do not go by the rate (a small share of records that a service refuses at any pace) from throttling: when a
/// pace that is a third lower is refused as much, slowing down is no help. Otherwise such a share would lower the rate for ever.
/// Pure, not thread-safe.
/// </summary>
internal sealed class SteadyShare
{
    // More than this is never taken for granted.
    private const double Most = 0.1;
    private const double Lower = 0.7;
    private const double Upper = 0.85;
    private const double Alike = 0.7;
    private const int Proof = 20;
    private const double Room = 1.3;
    private const double Lasts = 600;

    private Sum _above;
    private Sum _below;
    private double _began;
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

        if (now - _refusedAt > 2 * unit || rate > _began * 1.1)
        {
            (_began, _above, _below) = (rate, default, default);
        }

        if (refused > 0)
        {
            _refusedAt = now;
        }

        if (rate > _began * Upper)
        {
            _above = _above.With(records, refused);
        }
        else
        {
            _below = _below.With(records, refused);
        }

        // At the slowest pace of all nothing lower can be tried: what is refused there is not refused for the rate.
        if (rate <= PaceLaw.Slowest * 1.05 && _began <= PaceLaw.Slowest * 1.2 && _above.Refused >= 3 * Proof && _above.IsSpread && _above.Share <= Most)
        {
            (_share, _until) = (Math.Min(Most, _above.Share * Room), now + Lasts);
            (_began, _above, _below) = (rate, default, default);
            return null;
        }

        if (rate > _began * Lower || _below.Refused < Proof || _above.Refused < Proof)
        {
            return null;
        }

        var (above, below, back) = (_above, _below, _began);
        (_began, _above, _below) = (rate, default, default);
        if (below.Share > Most || below.Share < Alike * above.Share || !above.IsSpread || !below.IsSpread)
        {
            return null;
        }

        (_share, _until) = (Math.Min(Most, below.Share * Room), now + Lasts);
        return back;
    }

    private readonly record struct Sum(double Records, double Refused, int Calls, int Touched)
    {
        public double Share => Refused / Records;

        // A quota that is spent refuses much of few calls; what does not go by the rate refuses a little of most.
        public bool IsSpread => 2 * Touched >= Calls;

        public Sum With(int records, int refused) => new(Records + records, Refused + refused, Calls + 1, Touched + (refused > 0 ? 1 : 0));
    }
}
