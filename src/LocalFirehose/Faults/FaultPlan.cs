namespace Shipper.LocalFirehose.Faults;

/// <summary>One set of fault options in force: numbers the calls it sees and knows when its outage ends.</summary>
internal sealed class FaultPlan
{
    private readonly DateTimeOffset _outageEnds;
    private long _calls;

    /// <summary>Puts <paramref name="options"/> in force from <paramref name="now"/>; the options are not changed afterwards.</summary>
    public FaultPlan(FaultOptions options, DateTimeOffset now)
    {
        Options = options;
        var until = options.Outage.Until ?? DateTimeOffset.MinValue;
        var bySeconds = options.Outage.Seconds > 0 ? now.AddSeconds(options.Outage.Seconds) : DateTimeOffset.MinValue;
        _outageEnds = until > bySeconds ? until : bySeconds;
    }

    /// <summary>The options in force.</summary>
    public FaultOptions Options { get; }

    /// <summary>The next call's draw; calls are numbered from 0 for every plan.</summary>
    public FaultDraw NextCall() => new(Options.Seed, Interlocked.Increment(ref _calls) - 1);

    /// <summary>True while the outage lasts.</summary>
    public bool IsOutage(DateTimeOffset now) => now < _outageEnds;

    /// <summary>How long a call is held back.</summary>
    public TimeSpan Latency(FaultDraw draw) =>
        Options.LatencyMs == 0 && Options.LatencyJitterMs == 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Options.LatencyMs + (Options.LatencyJitterMs * draw.Uniform(FaultKind.Jitter)));
}

/// <summary>Holds the plan in force and replaces it whole.</summary>
internal sealed class FaultSwitch(FaultOptions initial, TimeProvider time)
{
    private volatile FaultPlan _current = new(initial, time.GetUtcNow());

    /// <summary>The plan in force; a call reads it once and keeps it to its end.</summary>
    public FaultPlan Current => _current;

    /// <summary>Puts <paramref name="options"/> in force; the caller has checked them with <see cref="FaultValidation"/>.</summary>
    public void Replace(FaultOptions options) => _current = new FaultPlan(options, time.GetUtcNow());
}

/// <summary>
/// Random numbers addressed by call and purpose instead of drawn from a shared sequence: concurrent calls cannot
/// disturb each other's fate, and nothing needs a lock.
/// </summary>
internal readonly record struct FaultDraw(long Seed, long Call)
{
    /// <summary>True in <paramref name="share"/> (0–1) of all draws.</summary>
    public bool Hits(double share, FaultKind kind, int index = 0) => share > 0 && Uniform(kind, index) < share;

    /// <summary>Even over [0, 1).</summary>
    public double Uniform(FaultKind kind, int index = 0)
    {
        var mixed = Mix((ulong)Seed ^ Mix((ulong)Call ^ Mix(((ulong)kind << 32) | (uint)index)));
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
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

/// <summary>What a draw decides; part of its address, so values must not change.</summary>
internal enum FaultKind
{
    /// <summary>A record in a 200 fails.</summary>
    FailedRecord = 1,

    /// <summary>A call is throttled.</summary>
    Throttled = 2,

    /// <summary>The connection is aborted before anything is stored.</summary>
    DropBefore = 3,

    /// <summary>The connection is aborted after the records were stored.</summary>
    DropAfter = 4,

    /// <summary>500.</summary>
    InternalFailure = 5,

    /// <summary>How much jitter is added to the latency.</summary>
    Jitter = 6,
}
