using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Invoice numbers, rising; most follow the last one, some leave a gap, as in the data set.</summary>
internal sealed class InvoiceNumbers(SeededRandom random)
{
    /// <summary>The first number of the data set.</summary>
    private const long First = 536365;

    // Shares of the steps 1 to 6 in the data set; the rest of the gaps is spread over 7 to 14 to meet the mean.
    private static readonly double[] CumulativeSteps = [0.8037, 0.8894, 0.9151, 0.9291, 0.9398, 0.9480];

    private long _next = First;

    /// <summary>The next number.</summary>
    public long Next()
    {
        var number = _next;
        var fraction = random.Fraction();
        var step = 0;
        while (step < CumulativeSteps.Length && fraction >= CumulativeSteps[step])
        {
            step++;
        }

        _next += step < CumulativeSteps.Length ? step + 1 : 7 + random.Below(8);
        return number;
    }
}
