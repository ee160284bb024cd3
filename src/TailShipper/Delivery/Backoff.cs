using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Delivery;

/// <summary>How long to wait before an attempt. Pure: randomness is passed in.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    // Most outages are over within a minute or two, and lines should leave within five seconds of their end. The attempts that are made at
    // this bound take a minute and a half on average; a longer outage is worth fewer calls. A service that is down also answers 503, the
    // code of a quota, so a throttle is no exception: where a quota still accepts something, DelayAfter of the delivery waits less anyway.
    private static readonly TimeSpan MaxAtFirst = TimeSpan.FromSeconds(4.5);
    private const int AttemptsAtFirst = 40;
    private static readonly TimeSpan MinProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxProbeInterval = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Full jitter: uniform in (0, min(30 s, 100 ms · 2^attempt)], at most 4.5 s for the first 40 attempts, or as a flow says; while
    /// blocked, a probe every 5 to 60 s, half of it jitter.
    /// </summary>
    /// <param name="outcome">What the last answer meant.</param>
    /// <param name="attempt">Failed attempts before this wait, from 0.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    /// <param name="waits">The flow's own bounds; null for the usual ones.</param>
    public static TimeSpan Before(CallOutcome outcome, int attempt, double random, RetryWaits? waits = null) =>
        outcome == CallOutcome.Blocked
            ? Ceiling(MinProbeInterval * 2, MaxProbeInterval, attempt) * (0.5 + (random / 2))
            : Ceiling((waits ?? RetryWaits.Usual).First, waits?.Most ?? UsualMost(attempt), attempt) * (1 - random);

    /// <summary>
    /// The wait in whole milliseconds, rounded up: a timer truncates to milliseconds, and would fire too early again and again.
    /// </summary>
    public static TimeSpan Whole(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private static TimeSpan UsualMost(int attempt) => attempt < AttemptsAtFirst ? MaxAtFirst : Max;

    private static TimeSpan Ceiling(TimeSpan initial, TimeSpan max, int attempt)
    {
        var ceiling = initial * Math.Pow(2, Math.Min(attempt, 20));
        return ceiling < max ? ceiling : max;
    }
}

/// <summary>Bounds of the waits before a call is made again. The waits are random below a bound that doubles each time.</summary>
/// <param name="First">The bound of the first wait.</param>
/// <param name="Most">The largest bound; null: 30 s, and 4.5 s in the first minute and a half of an outage.</param>
internal sealed record RetryWaits(TimeSpan First, TimeSpan? Most)
{
    /// <summary>Those of a flow that says nothing.</summary>
    public static RetryWaits Usual { get; } = new(TimeSpan.FromMilliseconds(100), null);

    /// <summary>Those of a flow.</summary>
    public static RetryWaits Of(FlowOptions flow)
    {
        var waits = new RetryWaits(flow.Retry.FirstWait, flow.Retry.MaxWait > TimeSpan.Zero ? flow.Retry.MaxWait : null);
        return waits == Usual ? Usual : waits;
    }

    /// <summary>The shorter of each bound: for what several flows share.</summary>
    public RetryWaits Shorter(RetryWaits other) => new(
        First < other.First ? First : other.First,
        Most is null ? other.Most : other.Most is null || Most < other.Most ? Most : other.Most);
}

/// <summary>Draws from one generator for all flows and threads.</summary>
internal sealed class Jitter(Random random)
{
    /// <summary>Uniform in [0, 1).</summary>
    public double Next()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    /// <summary>A generator for one thread, which needs no lock.</summary>
    public Random Split()
    {
        lock (random)
        {
            return new Random(random.Next());
        }
    }
}
