using Shipper.OrderLogGenerator.Catalogue;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

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
