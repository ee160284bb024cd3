namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>200,000 sampled lines of the default seed, read once for all statistics.</summary>
public sealed class SampledOrders
{
    private const int Count = 200_000;

    public SampledOrders()
    {
        var bytes = Support.Lines.Bytes(Support.Lines.Business(), Count);
        var start = 0;
        while (start < bytes.Length)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', start);
            Lines.Add(RetailLine.Parse(bytes.AsMemory(start, end - start)));
            start = end + 1;
        }

        // The last invoice may be cut short by the number of lines.
        Invoices = [.. Lines.GroupBy(line => line.Invoice).SkipLast(1).Select(group => group.ToList())];
    }

    internal List<RetailLine> Lines { get; } = [];

    internal List<List<RetailLine>> Invoices { get; }

    internal static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
