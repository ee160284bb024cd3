namespace Shipper.LocalFirehose.Faults;

/// <summary>Holds the plan in force and replaces it whole.</summary>
internal sealed class FaultSwitch(FaultOptions initial, TimeProvider time)
{
    private volatile FaultPlan _current = new(initial, time.GetUtcNow());

    /// <summary>The plan in force; a call reads it once and keeps it to its end.</summary>
    public FaultPlan Current => _current;

    /// <summary>Puts <paramref name="options"/> in force; the caller has checked them with <see cref="FaultValidation"/>.</summary>
    public void Replace(FaultOptions options) => _current = new FaultPlan(options, time.GetUtcNow());
}
