namespace Shipper.TailShipper.Firehose;

/// <summary>
/// The time that signatures carry. AWS refuses a signature more than five minutes off its own clock; where the
/// host's clock cannot be set right, <see cref="Offset"/> can.
/// </summary>
internal sealed class SigningClock(TimeProvider time)
{
    private long _offsetTicks;

    /// <summary>Added to the host's clock; negative where that clock is ahead of the service's. Safe to set while calls are under way.</summary>
    public TimeSpan Offset
    {
        get => new(Volatile.Read(ref _offsetTicks));
        set => Volatile.Write(ref _offsetTicks, value.Ticks);
    }

    /// <summary>The corrected time, in UTC.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow() + Offset;
}
