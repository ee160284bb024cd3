namespace Shipper.OrderLogGenerator.Formats;

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
