namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The clock as one process sees it: when the process is dead its timers are, too.</summary>
internal sealed class MortalClock(SimulatedClock clock, Life life) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(
            inner =>
            {
                if (life.IsAlive)
                {
                    callback(inner);
                }
            },
            state, dueTime, period);
}
