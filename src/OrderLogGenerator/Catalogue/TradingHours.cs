using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>When the shop trades: invoices by weekday and by hour (<c>weekdays.tsv</c>, <c>hours.tsv</c>).</summary>
internal sealed class TradingHours
{
    private readonly double[] _invoicesPerDay = new double[7];
    private readonly int[] _hours;
    private readonly OrderedTable _named;
    private readonly OrderedTable _anonymous;
    private readonly OrderedTable _cancellations;
    private readonly OrderedTable _notes;

    private TradingHours()
    {
        foreach (var row in CatalogueTable.Rows("weekdays.tsv"))
        {
            var days = CatalogueTable.Number(row[1]);
            _invoicesPerDay[(int)Enum.Parse<DayOfWeek>(row[0])] = days == 0 ? 0 : (double)CatalogueTable.Number(row[2]) / days;
        }

        var hours = CatalogueTable.Rows("hours.tsv").Select(row => row.Select(CatalogueTable.Number).ToArray()).ToList();
        _hours = [.. hours.Select(row => row[0])];
        OrderedTable Column(int column) => new([.. hours.Select(row => (long)row[column])]);
        (_named, _anonymous, _cancellations, _notes) = (Column(1), Column(2), Column(3), Column(4));
    }

    /// <summary>Reads the embedded tables.</summary>
    public static TradingHours Load() => new();

    /// <summary>Mean number of invoices on a day that is open; 0 on a weekday that is always closed.</summary>
    public double InvoicesOn(DayOfWeek day) => _invoicesPerDay[(int)day];

    /// <summary>The time of day at a fraction, 0 to below 1, of the invoices of that kind.</summary>
    public TimeSpan TimeOfDay(InvoiceKind kind, bool named, double fraction)
    {
        var table = kind switch
        {
            InvoiceKind.Sale => named ? _named : _anonymous,
            InvoiceKind.Cancellation => _cancellations,
            _ => _notes,
        };
        var (index, within) = table.At(fraction);
        return TimeSpan.FromMinutes(Math.Min(59, (int)(within * 60)) + (_hours[index] * 60));
    }
}
