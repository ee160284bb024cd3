namespace Shipper.TailShipper.Delivery;

/// <summary>How long to wait before an attempt. Pure but for the random source handed in.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Full jitter: uniform in (0, min(30 s, 100 ms · 2^attempt)]; while blocked, a probe every 5 to 60 s, half of it jitter.
    /// </summary>
    /// <param name="outcome">What the last answer meant.</param>
    /// <param name="attempt">Failed attempts before this wait, from 0.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public static TimeSpan Before(CallOutcome outcome, int attempt, double random) => outcome == CallOutcome.Blocked
        ? Ceiling(ShortestProbe * 2, LongestProbe, attempt) * (0.5 + (random / 2))
        : Ceiling(First, Longest, attempt) * (1 - random);

    /// <summary>
    /// The wait in whole milliseconds, rounded up: a delay cuts off what is less, and would come back too early again and again.
    /// </summary>
    public static TimeSpan Whole(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private static TimeSpan Ceiling(TimeSpan first, TimeSpan longest, int attempt)
    {
        var ceiling = first * Math.Pow(2, Math.Min(attempt, 20));
        return ceiling < longest ? ceiling : longest;
    }
}
