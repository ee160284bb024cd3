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
