using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Decides which invoice comes next, and its time.</summary>
internal interface IInvoiceSchedule
{
    /// <summary>The next invoice; its time is never before that of the previous one.</summary>
    ScheduledInvoice Next();
}

/// <summary>An invoice and its time.</summary>
/// <param name="Shape">Kind, customer, country and size.</param>
/// <param name="Date">The time in UTC.</param>
internal readonly record struct ScheduledInvoice(InvoiceShape Shape, DateTime Date);

/// <summary>Invoices with the time of writing.</summary>
internal sealed class WallClockSchedule(InvoiceMix mix, SeededRandom random, TimeProvider time) : IInvoiceSchedule
{
    private readonly LowDiscrepancySequence _fractions = new(random, LowDiscrepancySequence.GoldenStep);
    private DateTime _last;

    /// <inheritdoc/>
    public ScheduledInvoice Next()
    {
        // The system clock may be set back, but the times in an order log never decrease.
        var now = time.GetUtcNow().UtcDateTime;
        _last = now > _last ? now : _last;
        return new ScheduledInvoice(mix.At(_fractions.Next()), _last);
    }
}

/// <summary>
/// Invoices of a simulated shop. The invoices of a whole day are drawn at once, each with its minute, and then sorted.
/// Closed weekdays have none.
/// </summary>
internal sealed class BusinessClockSchedule : IInvoiceSchedule
{
    // A day has between 0.45 and 1.55 times the mean of its weekday. This reproduces the published quantiles of sales per
    // day (p10 39, p25 53, p75 88, p90 110 around a mean of 72).
    private const double QuietestDay = 0.45;
    private const double DaySpread = 1.1;

    private readonly InvoiceMix _mix;
    private readonly TradingHours _hours;
    private readonly SeededRandom _random;
    private readonly LowDiscrepancySequence _shapes;
    private readonly LowDiscrepancySequence _times;
    private readonly DateTime _start;
    private DateTime _day;
    private ScheduledInvoice[] _today = [];
    private int _next;

    /// <summary>Starts at <paramref name="start"/>, UTC; earlier invoices of that day are skipped.</summary>
    public BusinessClockSchedule(InvoiceMix mix, TradingHours hours, SeededRandom random, DateTime start)
    {
        (_mix, _hours, _random, _start) = (mix, hours, random, start);
        _shapes = new LowDiscrepancySequence(random, LowDiscrepancySequence.GoldenStep);
        _times = new LowDiscrepancySequence(random, LowDiscrepancySequence.RootStep);
        _day = start.Date;
    }

    /// <inheritdoc/>
    public ScheduledInvoice Next()
    {
        while (_next == _today.Length || _today[_next].Date < _start)
        {
            if (_next == _today.Length)
            {
                DrawDay();
            }
            else
            {
                _next++;
            }
        }

        return _today[_next++];
    }

    private void DrawDay()
    {
        var mean = _hours.InvoicesOn(_day.DayOfWeek);
        _today = new ScheduledInvoice[(int)Math.Round(mean * (QuietestDay + (DaySpread * _random.Fraction())))];
        for (var i = 0; i < _today.Length; i++)
        {
            var shape = _mix.At(_shapes.Next());
            var time = _hours.TimeOfDay(_day.DayOfWeek, shape.Kind, shape.Named, _times.Next());
            _today[i] = new ScheduledInvoice(shape, _day + time);
        }

        Array.Sort(_today, static (a, b) => a.Date.CompareTo(b.Date));
        _next = 0;
        _day = _day.AddDays(1);
    }
}
