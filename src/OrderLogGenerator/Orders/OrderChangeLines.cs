using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>
/// Orders inserted and updated in a database. Ids of inserts are contiguous from 1. An update changes one of the newest
/// <see cref="UpdatableOrders"/> orders, which bounds the memory of an endless run.
/// </summary>
internal sealed class OrderChangeLines : ILineSource
{
    /// <summary>Number of orders that an update can change: as many as one run of the published producer makes.</summary>
    internal const int UpdatableOrders = 10_000;

    private const double UpdateShare = 0.30;
    private const double PaymentChangeShare = 0.15;
    private const int MinHundredths = 100;
    private const int Users = 5000;
    private const int ProductIds = 500;

    private static readonly byte[][] PaymentMethods =
        ["credit_card"u8.ToArray(), "debit_card"u8.ToArray(), "pix"u8.ToArray(), "boleto"u8.ToArray(), "paypal"u8.ToArray()];

    // Hundredths at the quantiles 0, 1, 5, 10, 25, 50, 75, 90, 95 and 99 % of the data set's invoice values.
    private static readonly (double Share, int Hundredths)[] Amounts =
    [
        (0, 100), (0.01, 468), (0.05, 2221), (0.10, 6933), (0.25, 15240), (0.50, 30364), (0.75, 49458), (0.90, 93763),
        (0.95, 157590), (0.99, 470118), (1, 1594227),
    ];

    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly Order[] _orders = new Order[UpdatableOrders];
    private long _inserted;

    /// <summary>Times come from <paramref name="schedule"/>.</summary>
    public OrderChangeLines(IInvoiceSchedule schedule, SeededRandom random, bool sequence) =>
        (_schedule, _random, _ending) = (schedule, random, LineEnding.Json(sequence));

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        for (; appended < lines && buffer.Length < ILineSource.BatchBytes; appended++)
        {
            var update = _inserted > 0 && _random.Chance(UpdateShare);
            AppendLine(buffer, update ? Update() : Insert(), update);
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Order Insert()
    {
        var (id, user, product) = (++_inserted, 1 + _random.Below(Users), 1 + _random.Below(ProductIds));
        var order = new Order(id, user, product, DrawAmount(), _random.Below(PaymentMethods.Length));
        _orders[order.Id % UpdatableOrders] = order;
        return order;
    }

    private Order Update()
    {
        var id = _inserted - _random.Below((int)Math.Min(_inserted, UpdatableOrders));
        var order = _orders[id % UpdatableOrders];
        var amount = (long)Math.Round(order.Hundredths * (0.8 + (0.4 * _random.Fraction())));
        var payment = order.Payment;
        if (_random.Chance(PaymentChangeShare))
        {
            payment = (payment + 1 + _random.Below(PaymentMethods.Length - 1)) % PaymentMethods.Length;
        }

        return _orders[id % UpdatableOrders] = order with { Hundredths = Math.Max(MinHundredths, amount), Payment = payment };
    }

    private long DrawAmount()
    {
        var fraction = _random.Fraction();
        var upper = 1;
        while (fraction >= Amounts[upper].Share)
        {
            upper++;
        }

        var (lowShare, low) = Amounts[upper - 1];
        var (highShare, high) = Amounts[upper];
        return low + (long)((fraction - lowShare) / (highShare - lowShare) * (high - low));
    }

    private void AppendLine(LineBuffer buffer, Order order, bool update)
    {
        buffer.Append("{\"order_id\":"u8);
        buffer.Append(order.Id);
        buffer.Append(",\"user_id\":"u8);
        buffer.Append((long)order.User);
        buffer.Append(",\"product_id\":"u8);
        buffer.Append((long)order.Product);
        buffer.Append(update ? ",\"database_operation\":\"u\",\"amount\":"u8 : ",\"database_operation\":\"i\",\"amount\":"u8);
        buffer.AppendHundredths(order.Hundredths);
        buffer.Append(",\"payment_method\":\""u8);
        buffer.Append(PaymentMethods[order.Payment]);
        buffer.Append("\",\"event_timestamp\":\""u8);
        TimestampText.AppendIso(buffer, _schedule.Next().Date);
        buffer.Append((byte)'"');
        _ending.Append(buffer);
    }

    private readonly record struct Order(long Id, int User, int Product, long Hundredths, int Payment);
}
