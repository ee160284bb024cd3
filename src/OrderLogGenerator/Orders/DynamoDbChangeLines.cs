using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>
/// Changes of a DynamoDB table of orders, in the envelope in which Kinesis Data Streams for DynamoDB delivers them. Each order is inserted,
/// modified any number of times and removed, in this order; its old image is always the new image of the change before.
/// </summary>
internal sealed class DynamoDbChangeLines : ILineSource
{
    /// <summary>Most orders that are in the table at a time, which bounds the memory of an endless run.</summary>
    internal const int LiveOrders = 10_000;

    private const double InsertShare = 0.50;
    private const double RemoveShare = 0.30; // of the changes that are no inserts
    private const double QuantityChangeShare = 0.60;
    private const double MissingPriceShare = 0.01;
    private const int MaxPieces = 5;
    private const int MinHundredths = 10_00;
    private const int MaxHundredths = 500_00;
    private const int NoPrice = 0;

    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly ProductCatalog _catalog;
    private readonly byte[][] _names;
    private readonly byte[][] _countries;
    private readonly List<Order> _live = new(LiveOrders);
    private long _inserted;

    /// <summary>Product names are the descriptions of the catalog; times and countries come from <paramref name="schedule"/>.</summary>
    public DynamoDbChangeLines(
        ProductCatalog catalog, CountryList countries, IInvoiceSchedule schedule, SeededRandom random, bool sequence)
    {
        (_catalog, _schedule, _random, _ending) = (catalog, schedule, random, LineEnding.Json(sequence));
        _names = [.. catalog.Products.Select(product => Encode(product.Description))];
        _countries = [.. countries.Names.Select(Encode)];
    }

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        for (; appended < lines && buffer.Length < ILineSource.BatchBytes; appended++)
        {
            AppendChange(buffer);
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static byte[] Encode(string text)
    {
        var encoded = new LineBuffer(64);
        JsonText.Append(encoded, text.AsSpan().Trim());
        return encoded.Span.ToArray();
    }

    private void AppendChange(LineBuffer buffer)
    {
        var invoice = _schedule.Next();
        if (_live.Count == 0 || (_live.Count < LiveOrders && _random.Chance(InsertShare)))
        {
            var order = Insert(invoice.Shape.Country);
            _live.Add(order);
            AppendLine(buffer, "INSERT"u8, invoice.Date, order.Id, null, order);
            return;
        }

        var index = _random.Below(_live.Count);
        var before = _live[index];
        if (_random.Chance(RemoveShare))
        {
            _live[index] = _live[^1];
            _live.RemoveAt(_live.Count - 1);
            AppendLine(buffer, "REMOVE"u8, invoice.Date, before.Id, before, null);
        }
        else
        {
            _live[index] = Modify(before);
            AppendLine(buffer, "MODIFY"u8, invoice.Date, before.Id, before, _live[index]);
        }
    }

    private Order Insert(int country) => new(
        ++_inserted,
        _catalog.PickSold(named: true, _random.NextBits()),
        1 + _random.Below(MaxPieces),
        _random.Chance(MissingPriceShare) ? NoPrice : DrawPrice(),
        country);

    private Order Modify(Order before) => _random.Chance(QuantityChangeShare)
        ? before with { Quantity = 1 + ((before.Quantity + _random.Below(MaxPieces - 1)) % MaxPieces) }
        : before with { Hundredths = DrawPriceExcept(before.Hundredths) };

    // A write that changes nothing leaves no record in a table's stream.
    private int DrawPriceExcept(int hundredths)
    {
        var drawn = DrawPrice();
        return drawn != hundredths ? drawn : drawn + 1;
    }

    private int DrawPrice() => MinHundredths + _random.Below(MaxHundredths - MinHundredths + 1);

    private void AppendLine(LineBuffer buffer, ReadOnlySpan<byte> name, DateTime time, long id, Order? before, Order? after)
    {
        buffer.Append("{\"awsRegion\":\"eu-west-1\",\"eventID\":\""u8);
        AppendUuid(buffer);
        buffer.Append("\",\"eventName\":\""u8);
        buffer.Append(name);
        buffer.Append("\",\"userIdentity\":null,\"recordFormat\":\"application/json\",\"tableName\":\"orders\",\"dynamodb\":{"u8);
        buffer.Append("\"ApproximateCreationDateTime\":"u8);
        buffer.Append(new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds());
        buffer.Append(",\"ApproximateCreationDateTimePrecision\":\"MILLISECOND\",\"Keys\":{"u8);
        var size = AppendId(buffer, id);
        size += AppendImage(buffer, ",\"NewImage\":{"u8, after);
        size += AppendImage(buffer, ",\"OldImage\":{"u8, before);
        buffer.Append(",\"SizeBytes\":"u8);
        buffer.Append((long)size);
        buffer.Append("},\"eventSource\":\"aws:dynamodb\""u8);
        _ending.Append(buffer);
    }

    // Version 4 of RFC 9562, from the seed.
    private void AppendUuid(LineBuffer buffer)
    {
        Span<byte> digits = stackalloc byte[32];
        Convert.TryToHexStringLower(BitConverter.GetBytes(_random.NextBits()), digits[..16], out _);
        Convert.TryToHexStringLower(BitConverter.GetBytes(_random.NextBits()), digits[16..], out _);
        digits[12] = (byte)'4';
        digits[16] = "89ab"u8[digits[16] & 3];
        for (var (part, from) = (0, 0); part < 5; part++)
        {
            var length = part switch { 0 => 8, 4 => 12, _ => 4 };
            buffer.Append(part == 0 ? default : "-"u8);
            buffer.Append(digits.Slice(from, length));
            from += length;
        }
    }

    /// <summary>Appends the key and closes its object; returns the bytes that DynamoDB counts for it: names and values.</summary>
    private static int AppendId(LineBuffer buffer, long id)
    {
        buffer.Append("\"orderid\":{\"S\":\""u8);
        var start = buffer.Length;
        buffer.Append(id);
        var size = "orderid".Length + buffer.Length - start;
        buffer.Append("\"}}"u8);
        return size;
    }

    private int AppendImage(LineBuffer buffer, ReadOnlySpan<byte> lead, Order? image)
    {
        if (image is not { } order)
        {
            return 0;
        }

        var (name, country) = (_names[order.Product], _countries[order.Country]);
        buffer.Append(lead);
        buffer.Append("\"orderid\":{\"S\":\""u8);
        var start = buffer.Length;
        buffer.Append(order.Id);
        var size = "orderid".Length + buffer.Length - start;
        if (name.Length == 0)
        {
            buffer.Append("\"},\"product_name\":{\"NULL\":true"u8);
        }
        else
        {
            buffer.Append("\"},\"product_name\":{\"S\":\""u8);
            buffer.Append(name);
            buffer.Append((byte)'"');
        }

        buffer.Append("},\"quantity\":{\"N\":\""u8);
        buffer.Append((long)order.Quantity);
        buffer.Append("\"}"u8);
        size += "product_name".Length + Math.Max(1, name.Length) + "quantity".Length + 2;
        if (order.Hundredths != NoPrice)
        {
            buffer.Append(",\"price\":{\"N\":\""u8);
            start = buffer.Length;
            AppendTrimmed(buffer, order.Hundredths);
            size += "price".Length + 1 + ((buffer.Length - start + 1) / 2);
            buffer.Append("\"}"u8);
        }

        buffer.Append(",\"shipping\":{\"M\":{\"country\":{\"S\":\""u8);
        buffer.Append(country);
        buffer.Append("\"}}}}"u8);
        return size + "shipping".Length + "country".Length + country.Length;
    }

    // DynamoDB stores a number, not its text: 12.50 comes back as 12.5.
    private static void AppendTrimmed(LineBuffer buffer, int hundredths)
    {
        buffer.Append((long)(hundredths / 100));
        if (hundredths % 100 > 0)
        {
            buffer.Append((byte)'.');
            buffer.Append((byte)('0' + (hundredths / 10 % 10)));
        }

        if (hundredths % 10 > 0)
        {
            buffer.Append((byte)('0' + (hundredths % 10)));
        }
    }

    private readonly record struct Order(long Id, int Product, int Quantity, int Hundredths, int Country);
}
