using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Sales with an id drawn from "1" to "10000": the first line of an id is an INSERT, every later one a MODIFY.</summary>
internal sealed class SalesChangeLines : ILineSource
{
    private const int Ids = 10_000;
    private const int MaxPieces = 5;
    private const int MinHundredths = 10_00;
    private const int MaxHundredths = 500_00;

    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly bool[] _seen = new bool[Ids + 1];
    private readonly byte[][] _names;
    private readonly ProductCatalog _catalog;

    /// <summary>Product names are the descriptions of the catalog; times come from <paramref name="schedule"/>.</summary>
    public SalesChangeLines(ProductCatalog catalog, IInvoiceSchedule schedule, SeededRandom random, bool sequence)
    {
        (_catalog, _schedule, _random, _ending) = (catalog, schedule, random, LineEnding.Json(sequence));
        _names = [.. catalog.Products.Select(product => Encode(product.Description))];
    }

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        for (; appended < lines && buffer.Length < ILineSource.BatchBytes; appended++)
        {
            AppendLine(buffer, 1 + _random.Below(Ids));
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static byte[] Encode(string description)
    {
        var encoded = new LineBuffer(64);
        JsonText.Append(encoded, description.AsSpan().Trim());
        return encoded.Span.ToArray();
    }

    private void AppendLine(LineBuffer buffer, int id)
    {
        buffer.Append("{\"orderid\":\""u8);
        buffer.Append((long)id);
        buffer.Append("\",\"product_name\":\""u8);
        buffer.Append(_names[_catalog.PickSold(named: true, _random.NextBits())]);
        buffer.Append("\",\"quantity\":"u8);
        buffer.Append((long)(1 + _random.Below(MaxPieces)));
        buffer.Append(",\"price\":"u8);
        buffer.AppendHundredths(MinHundredths + _random.Below(MaxHundredths - MinHundredths + 1));
        buffer.Append(",\"cdc_event_type\":\""u8);
        buffer.Append(_seen[id] ? "MODIFY\",\"creation_datetime\":\""u8 : "INSERT\",\"creation_datetime\":\""u8);
        _seen[id] = true;
        TimestampText.AppendIso(buffer, _schedule.Next().Date);
        buffer.Append((byte)'"');
        _ending.Append(buffer);
    }
}
