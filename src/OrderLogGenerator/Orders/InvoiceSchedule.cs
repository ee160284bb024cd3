using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Which invoice comes next, and when.</summary>
internal interface IInvoiceSchedule
{
    /// <summary>The next invoice; its time is never before the one of the last.</summary>
    ScheduledInvoice Next();
}

/// <summary>An invoice and when it is written.</summary>
/// <param name="Shape">Kind, customer, country and size.</param>
/// <param name="Date">Its time, in UTC.</param>
internal readonly record struct ScheduledInvoice(InvoiceShape Shape, DateTime Date);

/// <summary>Invoices stamped with the present.</summary>
internal sealed class WallSchedule(InvoiceMix mix, SeededRandom random, TimeProvider time) : IInvoiceSchedule
{
    private readonly EvenFractions _fractions = new(random, EvenFractions.GoldenStep);
    private DateTime _last;

    /// <inheritdoc/>
    public ScheduledInvoice Next()
    {
        // The system's clock may be set back; an order log does not go back in time.
        var now = time.GetUtcNow().UtcDateTime;
        _last = now > _last ? now : _last;
        return new ScheduledInvoice(mix.At(_fractions.Next()), _last);
    }
}

/// <summary>
/// Invoices of a simulated shop: a day of trade is drawn at once, each invoice with its minute, and then put in order.
/// Closed weekdays have none.
/// </summary>
internal sealed class BusinessSchedule : IInvoiceSchedule
{
    // A day has between 0.45 and 1.55 times its weekday's mean: this meets the published quantiles of sales per day
    // (p10 39, p25 53, p75 88, p90 110 around a mean of 72).
    private const double QuietestDay = 0.45;
    private const double DaySpread = 1.1;

    private readonly InvoiceMix _mix;
    private readonly TradingHours _hours;
    private readonly SeededRandom _random;
    private readonly EvenFractions _shapes;
    private readonly EvenFractions _times;
    private readonly DateTime _start;
    private DateTime _day;
    private ScheduledInvoice[] _today = [];
    private int _next;

    /// <summary>Starts at <paramref name="start"/>, UTC; earlier invoices of that day are left out.</summary>
    public BusinessSchedule(InvoiceMix mix, TradingHours hours, SeededRandom random, DateTime start)
    {
        (_mix, _hours, _random, _start) = (mix, hours, random, start);
        (_shapes, _times) = (new EvenFractions(random, EvenFractions.GoldenStep), new EvenFractions(random, EvenFractions.RootStep));
        _day = start.Date;
    }

    /// <inheritdoc/>
    public ScheduledInvoice Next()
    {
        while (_next == _today.Length || _today[_next].Date < _start)
        {
            if (_next == _today.Length)
            {
                OpenDay();
            }
            else
            {
                _next++;
            }
        }

        return _today[_next++];
    }

    private void OpenDay()
    {
        var mean = _hours.InvoicesOn(_day.DayOfWeek);
        _today = new ScheduledInvoice[(int)Math.Round(mean * (QuietestDay + (DaySpread * _random.Fraction())))];
        for (var i = 0; i < _today.Length; i++)
        {
            var shape = _mix.At(_shapes.Next());
            _today[i] = new ScheduledInvoice(shape, _day + _hours.TimeOfDay(_day.DayOfWeek, shape.Kind, shape.Named, _times.Next()));
        }

        Array.Sort(_today, static (a, b) => a.Date.CompareTo(b.Date));
        _next = 0;
        _day = _day.AddDays(1);
    }
}
