namespace Shipper.OrderLogGenerator.Formats;

/// <summary>
/// A retail line in six pieces: head, product, quantity, date, price, tail. All but the quantity are the same for a
/// whole invoice or for every line of a product, so a caller can encode them once and keep the bytes.
/// </summary>
internal abstract class RetailLineFormat
{
    /// <summary>From the start of the line to the start of the stock code.</summary>
    public abstract void AppendHead(LineBuffer buffer, ReadOnlySpan<char> invoiceNo);

    /// <summary>Stock code and description, up to the quantity's first digit.</summary>
    public abstract void AppendProduct(LineBuffer buffer, ReadOnlySpan<char> stockCode, ReadOnlySpan<char> description);

    /// <summary>From the quantity's last digit to the price's first; <paramref name="date"/> is written as it stands.</summary>
    public abstract void AppendDate(LineBuffer buffer, DateTime date);

    /// <summary>From the price's last digit to where the line's ending goes; an empty customer is a missing one.</summary>
    public abstract void AppendTail(LineBuffer buffer, ReadOnlySpan<char> customerId, ReadOnlySpan<char> country);

    /// <summary>The ending that belongs to the format.</summary>
    public abstract LineEnding Ending(bool sequence);
}
