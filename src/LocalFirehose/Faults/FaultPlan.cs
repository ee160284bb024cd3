namespace Shipper.LocalFirehose.Faults;

/// <summary>A set of fault options in effect: numbers the calls and knows when the outage ends.</summary>
internal sealed class FaultPlan
{
    private readonly DateTimeOffset _outageEnds;
    private long _calls;

    /// <summary>Applies <paramref name="options"/>, which must not change afterwards, from <paramref name="now"/>.</summary>
    public FaultPlan(FaultOptions options, DateTimeOffset now)
    {
        Options = options;
        var until = options.Outage.Until ?? DateTimeOffset.MinValue;
        var bySeconds = options.Outage.Seconds > 0 ? now.AddSeconds(options.Outage.Seconds) : DateTimeOffset.MinValue;
        _outageEnds = until > bySeconds ? until : bySeconds;
    }

    /// <summary>The options in effect.</summary>
    public FaultOptions Options { get; }

    /// <summary>The random draws of the next call; every plan numbers its calls from 0.</summary>
    public FaultDraw NextCall() => new(Options.Seed, Interlocked.Increment(ref _calls) - 1);

    /// <summary>Whether there is an outage.</summary>
    public bool IsOutage(DateTimeOffset now) => now < _outageEnds;

    /// <summary>The delay of a call.</summary>
    public TimeSpan Latency(FaultDraw draw) =>
        Options.LatencyMs == 0 && Options.LatencyJitterMs == 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Options.LatencyMs + (Options.LatencyJitterMs * draw.Uniform(FaultKind.Jitter)));
}

/// <summary>The fault plan in effect, which is replaced as a whole.</summary>
internal sealed class CurrentFaults(FaultOptions initial, TimeProvider time)
{
    private volatile FaultPlan _plan = new(initial, time.GetUtcNow());

    /// <summary>The plan in effect. A call reads it once and uses it until its end.</summary>
    public FaultPlan Plan => _plan;

    /// <summary>Applies <paramref name="options"/>, which the caller has checked with <see cref="FaultValidation"/>.</summary>
    public void Replace(FaultOptions options) => _plan = new FaultPlan(options, time.GetUtcNow());
}

/// <summary>
/// Random numbers that depend only on seed, call and purpose, instead of a shared sequence: concurrent calls do not affect
/// each other's outcome, and no lock is needed.
/// </summary>
internal readonly record struct FaultDraw(long Seed, long Call)
{
    /// <summary>True for a fraction <paramref name="share"/> (0–1) of all draws.</summary>
    public bool Hits(double share, FaultKind kind, int index = 0) => share > 0 && Uniform(kind, index) < share;

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform(FaultKind kind, int index = 0)
    {
        var mixed = Mix((ulong)Seed ^ Mix((ulong)Call ^ Mix(((ulong)kind << 32) | (uint)index)));
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15UL;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}

/// <summary>The purpose of a draw. The values take part in the random numbers and must not change.</summary>
internal enum FaultKind
{
    /// <summary>A record fails in a 200 response.</summary>
    FailedRecord = 1,

    /// <summary>A call is throttled.</summary>
    Throttled = 2,

    /// <summary>The connection is aborted before anything is stored.</summary>
    DropBefore = 3,

    /// <summary>The connection is aborted after the records were stored.</summary>
    DropAfter = 4,

    /// <summary>The call is answered 500.</summary>
    InternalFailure = 5,

    /// <summary>The jitter added to the latency.</summary>
    Jitter = 6,
}
