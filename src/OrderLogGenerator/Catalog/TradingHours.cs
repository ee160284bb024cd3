using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>When invoices are written, by weekday and by hour (<c>weekdays.tsv</c>, <c>hours.tsv</c>).</summary>
internal sealed class TradingHours
{
    private const int DaysOfWeek = 7;
    private const int FirstColumn = 2;
    private const int Columns = 4;

    private readonly double[] _invoicesPerDay = new double[DaysOfWeek];
    private readonly int[][] _hours = new int[DaysOfWeek][];
    private readonly CumulativeTable[][] _tables = new CumulativeTable[DaysOfWeek][];

    private TradingHours()
    {
        foreach (var row in CatalogTable.Rows("weekdays.tsv"))
        {
            var days = CatalogTable.Number(row[1]);
            _invoicesPerDay[(int)Enum.Parse<DayOfWeek>(row[0])] = days == 0 ? 0 : (double)CatalogTable.Number(row[2]) / days;
        }

        foreach (var day in CatalogTable.Rows("hours.tsv").GroupBy(row => (int)Enum.Parse<DayOfWeek>(row[0])))
        {
            var hours = day.Select(row => row.Skip(1).Select(CatalogTable.Number).ToArray()).ToList();
            _hours[day.Key] = [.. hours.Select(row => row[0])];
            _tables[day.Key] = [.. Enumerable.Range(FirstColumn - 1, Columns).Select(column => Table(hours, column))];
        }
    }

    /// <summary>Reads the embedded tables.</summary>
    public static TradingHours Load() => new();

    /// <summary>Mean number of invoices on an open day; 0 on a weekday that is always closed.</summary>
    public double InvoicesOn(DayOfWeek day) => _invoicesPerDay[(int)day];

    /// <summary>The time of day at a fraction, 0 to below 1, of the invoices of that kind on an open weekday.</summary>
    public TimeSpan TimeOfDay(DayOfWeek day, InvoiceKind kind, bool named, double fraction)
    {
        var column = kind switch
        {
            InvoiceKind.Sale => named ? 0 : 1,
            InvoiceKind.Cancellation => 2,
            _ => 3,
        };
        var (index, within) = _tables[(int)day][column].At(fraction);
        return TimeSpan.FromMinutes(Math.Min(59, (int)(within * 60)) + (_hours[(int)day][index] * 60));
    }

    private static CumulativeTable Table(List<int[]> hours, int column)
    {
        // A kind that never occurred on a weekday uses the hours of all kinds together.
        var counts = hours.Select(row => (long)row[column]).ToList();
        return new CumulativeTable(
            counts.Any(count => count > 0) ? counts : [.. hours.Select(row => row.Skip(1).Sum(count => (long)count))]);
    }
}
