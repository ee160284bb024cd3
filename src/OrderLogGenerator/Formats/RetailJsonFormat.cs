namespace Shipper.OrderLogGenerator.Formats;

/// <summary>One JSON object per line; a missing customer is <c>null</c>.</summary>
internal sealed class RetailJsonFormat : RetailLineFormat
{
    /// <inheritdoc/>
    public override void AppendHead(LineBuffer buffer, ReadOnlySpan<char> invoiceNo)
    {
        buffer.Append("{\"InvoiceNo\":\""u8);
        JsonText.Append(buffer, invoiceNo);
        buffer.Append("\",\"StockCode\":\""u8);
    }

    /// <inheritdoc/>
    public override void AppendProduct(LineBuffer buffer, ReadOnlySpan<char> stockCode, ReadOnlySpan<char> description)
    {
        JsonText.Append(buffer, stockCode);
        buffer.Append("\",\"Description\":\""u8);
        JsonText.Append(buffer, description);
        buffer.Append("\",\"Quantity\":"u8);
    }

    /// <inheritdoc/>
    public override void AppendDate(LineBuffer buffer, DateTime date)
    {
        buffer.Append(",\"InvoiceDate\":\""u8);
        TimestampText.AppendDate(buffer, date);
        buffer.Append((byte)' ');
        TimestampText.AppendTime(buffer, date);
        buffer.Append("\",\"UnitPrice\":"u8);
    }

    /// <inheritdoc/>
    public override void AppendTail(LineBuffer buffer, ReadOnlySpan<char> customerId, ReadOnlySpan<char> country)
    {
        if (customerId.IsEmpty)
        {
            buffer.Append(",\"CustomerID\":null,\"Country\":\""u8);
        }
        else
        {
            buffer.Append(",\"CustomerID\":\""u8);
            JsonText.Append(buffer, customerId);
            buffer.Append("\",\"Country\":\""u8);
        }

        JsonText.Append(buffer, country);
        buffer.Append((byte)'"');
    }

    /// <inheritdoc/>
    public override LineEnding Ending(bool sequence) => LineEnding.Json(sequence);
}
