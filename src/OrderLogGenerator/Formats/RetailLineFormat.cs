using System.Buffers;

namespace Shipper.OrderLogGenerator.Formats;

/// <summary>
/// Writes a retail line in six pieces: head, product, quantity, date, price, tail. All but the quantity are the same for
/// the whole invoice or for every line of a product, so that a caller can encode them once and keep the bytes.
/// </summary>
internal abstract class RetailLineFormat
{
    /// <summary>From the start of the line to the start of the stock code.</summary>
    public abstract void AppendHead(LineBuffer buffer, ReadOnlySpan<char> invoiceNo);

    /// <summary>Stock code and description, up to the quantity's first digit.</summary>
    public abstract void AppendProduct(LineBuffer buffer, ReadOnlySpan<char> stockCode, ReadOnlySpan<char> description);

    /// <summary>From the quantity's last digit to the price's first; <paramref name="date"/> is written without conversion.</summary>
    public abstract void AppendDate(LineBuffer buffer, DateTime date);

    /// <summary>From the price's last digit to the ending of the line; an empty customer means that there is none.</summary>
    public abstract void AppendTail(LineBuffer buffer, ReadOnlySpan<char> customerId, ReadOnlySpan<char> country);

    /// <summary>Creates the ending for lines of this format.</summary>
    public abstract LineEnding Ending(bool sequence);
}

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

/// <summary>CSV without a header, the date as <c>MM/dd/yyyy HH:mm</c>; a missing customer is an empty field.</summary>
internal sealed class RetailCsvFormat : RetailLineFormat
{
    /// <inheritdoc/>
    public override void AppendHead(LineBuffer buffer, ReadOnlySpan<char> invoiceNo)
    {
        CsvText.Append(buffer, invoiceNo);
        buffer.Append((byte)',');
    }

    /// <inheritdoc/>
    public override void AppendProduct(LineBuffer buffer, ReadOnlySpan<char> stockCode, ReadOnlySpan<char> description)
    {
        CsvText.Append(buffer, stockCode);
        buffer.Append((byte)',');
        CsvText.Append(buffer, description);
        buffer.Append((byte)',');
    }

    /// <inheritdoc/>
    public override void AppendDate(LineBuffer buffer, DateTime date)
    {
        buffer.Append((byte)',');
        buffer.AppendTwoDigits(date.Month);
        buffer.Append((byte)'/');
        buffer.AppendTwoDigits(date.Day);
        buffer.Append((byte)'/');
        TimestampText.AppendYear(buffer, date);
        buffer.Append((byte)' ');
        TimestampText.AppendMinutes(buffer, date);
        buffer.Append((byte)',');
    }

    /// <inheritdoc/>
    public override void AppendTail(LineBuffer buffer, ReadOnlySpan<char> customerId, ReadOnlySpan<char> country)
    {
        buffer.Append((byte)',');
        CsvText.Append(buffer, customerId);
        buffer.Append((byte)',');
        CsvText.Append(buffer, country);
    }

    /// <inheritdoc/>
    public override LineEnding Ending(bool sequence) => LineEnding.Csv(sequence);
}

/// <summary>Writes CSV fields (RFC 4180), quoted only where they must be.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> MustQuote = SearchValues.Create(",\"\r\n");

    /// <summary>Appends a field. A line break inside becomes a space, because a record must stay on one line.</summary>
    public static void Append(LineBuffer buffer, ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(MustQuote))
        {
            buffer.AppendText(text);
            return;
        }

        buffer.Append((byte)'"');
        while (text.IndexOfAny("\"\r\n") is >= 0 and var at)
        {
            buffer.AppendText(text[..at]);
            buffer.Append(text[at] == '"' ? "\"\""u8 : " "u8);
            text = text[(at + 1)..];
        }

        buffer.AppendText(text);
        buffer.Append((byte)'"');
    }
}
