namespace Shipper.TailShipper.Delivery;

/// <summary>Calls, and what of their records was refused.</summary>
/// <param name="Records">Records.</param>
/// <param name="Refused">Of these, refused ones.</param>
/// <param name="Calls">Calls.</param>
/// <param name="Touched">Calls with a refused record.</param>
/// <param name="Rates">Sum over the records of the pace that they went at.</param>
internal readonly record struct RefusalSum(double Records, double Refused, int Calls, int Touched, double Rates)
{
    /// <summary>The refused share.</summary>
    public double Share => Refused / Records;

    /// <summary>The mean pace.</summary>
    public double Rate => Rates / Records;

    /// <summary>A quota that is spent refuses much of few calls; what does not go by the rate refuses a little of most.</summary>
    public bool IsSpread => 2 * Touched >= Calls;

    /// <summary>With one call more.</summary>
    public RefusalSum With(double rate, int records, int refused) =>
        new(Records + records, Refused + refused, Calls + 1, Touched + (refused > 0 ? 1 : 0), Rates + (rate * records));
}
