namespace Shipper.TailShipper.Delivery;

/// <summary>How long to wait before an attempt. Pure: randomness is passed in.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    // Most outages are over within a minute or two, and lines should leave within five seconds of their end. The attempts that are made at
    // this bound take a minute and a half on average; a longer outage is worth fewer calls.
    private static readonly TimeSpan MaxAtFirst = TimeSpan.FromSeconds(4.5);
    private const int AttemptsAtFirst = 40;
    private static readonly TimeSpan MinProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxProbeInterval = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Full jitter: uniform in (0, min(30 s, 100 ms · 2^attempt)], where the service failed or cannot be reached at most 4.5 s for the
    /// first 40 attempts; while blocked, a probe every 5 to 60 s, half of it jitter.
    /// </summary>
    /// <param name="outcome">What the last answer meant.</param>
    /// <param name="attempt">Failed attempts before this wait, from 0.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public static TimeSpan Before(CallOutcome outcome, int attempt, double random) => outcome == CallOutcome.Blocked
        ? Ceiling(MinProbeInterval * 2, MaxProbeInterval, attempt) * (0.5 + (random / 2))
        : Ceiling(Initial, MayBeBackSoon(outcome) && attempt < AttemptsAtFirst ? MaxAtFirst : Max, attempt) * (1 - random);

    /// <summary>
    /// The wait in whole milliseconds, rounded up: a timer truncates to milliseconds, and would fire too early again and again.
    /// </summary>
    public static TimeSpan Whole(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    // A throttled call is not an outage: its turn comes when the pace lets it.
    private static bool MayBeBackSoon(CallOutcome outcome) =>
        outcome is CallOutcome.Failed or CallOutcome.Unreachable or CallOutcome.Ambiguous;

    private static TimeSpan Ceiling(TimeSpan initial, TimeSpan max, int attempt)
    {
        var ceiling = initial * Math.Pow(2, Math.Min(attempt, 20));
        return ceiling < max ? ceiling : max;
    }
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
