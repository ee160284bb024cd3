namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Whether one process is still there.</summary>
internal sealed class Life
{
    public bool IsAlive { get; private set; } = true;

    public void End() => IsAlive = false;

    /// <summary>Unwinds the process where it stands when it was killed.</summary>
    public void ThrowIfOver()
    {
        if (!IsAlive)
        {
            throw new KilledException();
        }
    }
}

/// <summary>Takes a killed process off the stack of the simulation. Nothing may catch it for good.</summary>
internal sealed class KilledException() : Exception("the process was killed");

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
