namespace Shipper.TailShipper.Wire.Signing;

/// <summary>
/// The time that signatures carry. AWS refuses a signature more than five minutes off its own clock; such a refusal
/// tells what that clock shows, and <see cref="Offset"/> is learnt from it.
/// </summary>
internal sealed class SigningClock(TimeProvider time)
{
    /// <summary>How far a signature may be off before it is worth another: below the services' five minutes, above what a call takes.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    // A second learner of one refusal's offset, or a clock that was set right, is told from noise by this much.
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    private long _offsetTicks;

    /// <summary>Added to the host's clock; negative where that clock is ahead of the service's. Safe to set while calls are under way.</summary>
    public TimeSpan Offset
    {
        get => new(Volatile.Read(ref _offsetTicks));
        set => Volatile.Write(ref _offsetTicks, value.Ticks);
    }

    /// <summary>Learns from the service's time; true when the offset changed by a minute or more. A host whose clock is within a minute is right: its offset is none.</summary>
    public bool Learn(DateTimeOffset serviceTime)
    {
        var before = Offset;
        var offset = serviceTime - time.GetUtcNow();
        offset = offset.Duration() < Grain ? TimeSpan.Zero : offset;
        if ((offset - before).Duration() < Grain)
        {
            return false;
        }

        return Interlocked.CompareExchange(ref _offsetTicks, offset.Ticks, before.Ticks) == before.Ticks;
    }

    /// <summary>The corrected time, in UTC.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow() + Offset;
}
