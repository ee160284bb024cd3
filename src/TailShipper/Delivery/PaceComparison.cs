namespace Shipper.TailShipper.Delivery;

/// <summary>What was refused at about the pace that a comparison began with, and what at lower ones. Pure, not thread-safe.</summary>
/// <param name="lower">The pace up to which records count as those of a lower one, as a part of the first pace; at most <see cref="Upper"/>.</param>
internal sealed class PaceComparison(double lower)
{
    /// <summary>Above this part of the first pace records count as those of the first.</summary>
    public const double Upper = 0.85;

    /// <summary>The first pace, in units a second.</summary>
    public double Began { get; private set; }

    /// <summary>When it began, in seconds.</summary>
    public double BeganAt { get; private set; }

    /// <summary>Calls at about the first pace.</summary>
    public RefusalSum Above { get; private set; }

    /// <summary>Calls at a lower one.</summary>
    public RefusalSum Below { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Begin(double now, double rate) => (Began, BeganAt, Above, Below) = (rate, now, default, default);

    /// <summary>Counts one call.</summary>
    public void Add(double rate, int records, int refused)
    {
        if (rate > Began * Upper)
        {
            Above = Above.With(rate, records, refused);
        }
        else if (rate <= Began * lower)
        {
            Below = Below.With(rate, records, refused);
        }
    }
}
