namespace Shipper.TailShipper.Delivery;

/// <summary>
/// The numbers of the pacer: how far a throttle lowers the rate, and how the rate comes back. Pure. docs/delivery.md gives the
/// reasons and what they achieve.
/// </summary>
internal static class PaceLaw
{
    /// <summary>Learning starts with a unit of one second, and each further throttle makes it half as long again, up to <see cref="LongestUnit"/>.</summary>
    public const double FirstUnit = 1;

    /// <summary>Seconds of the longest unit of learning.</summary>
    public const double LongestUnit = 6;

    /// <summary>Between two decreases, in units; never less than a second or a round trip.</summary>
    public const double Gap = 0.2;

    /// <summary>A limit that this many times the rate that was last throttled does not reach is no limit any more.</summary>
    public const double Lifted = 10;

    /// <summary>The slowest pace, in units a second: a 26th of the least quota that a delivery stream has (1 MiB a second); what is throttled even so backs off by itself.</summary>
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
